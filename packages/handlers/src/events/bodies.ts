/**
 * The parts of an event's body, named as GitHub names them, with what the forge knows. Links are left out: the forge
 * has no pages.
 */
import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import { repositories } from "../schema/repositories.ts"
import { users } from "../schema/users.ts"

/** Of a repository, as it is in the transaction. */
export const repositoryBody = (id: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.select().from(repositories).where(eq(repositories.id, id))),
      ([row]) => {
        if (row === undefined) return { id }
        return {
          id: row.id,
          name: row.name.slice(row.name.lastIndexOf("/") + 1),
          full_name: row.name,
          private: row.visibility === "private",
          default_branch: row.defaultBranch,
          pushed_at: row.pushedAt,
          created_at: row.createdAt
        }
      }
    )
  )

/** Of a user; of Drover itself for null. */
export const userBody = Effect.fnUntraced(function* (id: number | null) {
  if (id === null) return drover
  const { run } = yield* Database
  const [row] = yield* run((db) => db.select().from(users).where(eq(users.id, id)))
  return row === undefined ? drover : { id: row.id, login: row.login, type: "User" }
})

const drover = { id: 0, login: "drover", type: "Bot" }

/** Of a pull request, as it is. */
export const pullRequestBody = Effect.fnUntraced(function* (pull: PullRequest) {
  return {
    id: pull.id,
    number: pull.number,
    title: pull.title,
    body: pull.body,
    user: yield* userBody(pull.authorId),
    state: pull.state === "open" ? "open" : "closed",
    draft: pull.draft,
    merged: pull.state === "merged",
    merged_at: pull.mergedAt,
    merged_by: pull.mergedById === null ? null : yield* userBody(pull.mergedById),
    merge_commit_sha: pull.mergeCommitSha,
    closed_at: pull.closedAt,
    head: { ref: pull.headRef, sha: pull.headSha },
    base: { ref: pull.baseRef, sha: pull.baseSha },
    mergeable: pull.mergeable,
    mergeable_state: pull.mergeableState,
    rebaseable: pull.rebaseable,
    commits: pull.commits,
    additions: pull.additions,
    deletions: pull.deletions,
    changed_files: pull.changedFiles,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt
  }
})
