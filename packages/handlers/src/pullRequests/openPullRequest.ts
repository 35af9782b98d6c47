/**
 * Opens a pull request: the row and the job that computes it are one commit.
 */
import { Database, type DatabaseError, type JobQueue, type PayloadRejected } from "@drover/core"
import { type Git, type GitError, resolveBranchTips } from "@drover/git"
import { eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { RecomputeMergeability } from "../mergeability/RecomputeMergeability.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import { repositories } from "../schema/repositories.ts"
import type { PullRequest } from "./findPullRequest.ts"
import { publishHead } from "./publishRefs.ts"
import { PullRequestRejected } from "./PullRequestRejected.ts"

/** @category options */
export interface OpenPullRequest {
  readonly repositoryId: number
  readonly title: string
  /** Branch names without `refs/heads/`. */
  readonly base: string
  readonly head: string
  /** Defaults to false. */
  readonly draft?: boolean | undefined
}

/** @category operations */
export const openPullRequest = Effect.fn("PullRequests.open")(function* ({
  base,
  draft = false,
  head,
  repositoryId,
  title
}: OpenPullRequest): Effect.fn.Return<
  PullRequest,
  PullRequestRejected | PayloadRejected | GitError | DatabaseError,
  Git | Database | JobQueue
> {
  const { run, transaction } = yield* Database
  const reject = (field: PullRequestRejected["field"], rule: string) => new PullRequestRejected({ field, rule })
  if (title.trim() === "") return yield* reject("title", "must not be blank")
  if (base.trim() === "") return yield* reject("base", "must not be empty")
  if (head.trim() === "") return yield* reject("head", "must not be empty")
  if (head === base) return yield* reject("head", "must be another branch than the base")

  const [repository] = yield* run((db) => db.select().from(repositories).where(eq(repositories.id, repositoryId)))
  if (repository === undefined) return yield* reject("repository", `${repositoryId} does not exist`)
  const { tips } = yield* resolveBranchTips({ repository: repository.path, branches: [base, head] })
  const baseSha = tips.get(base)
  const headSha = tips.get(head)
  if (baseSha === undefined) return yield* reject("base", `"${base}" is not a branch of ${repository.name}`)
  if (headSha === undefined) return yield* reject("head", `"${head}" is not a branch of ${repository.name}`)

  const opened = yield* transaction(
    Effect.gen(function* () {
      // numbers have no gaps and no twins: one pull request of a repository is opened at a time
      yield* run((db) => db.select().from(repositories).where(eq(repositories.id, repositoryId)).for("update"))
      const next = sql<number>`(select coalesce(max(${pullRequests.number}), 0) + 1 from ${pullRequests} where ${pullRequests.repositoryId} = ${repositoryId})`
      const [row] = yield* run((db) =>
        db
          .insert(pullRequests)
          .values({ repositoryId, number: next, title, baseRef: base, headRef: head, baseSha, headSha, draft })
          .returning()
      )
      yield* RecomputeMergeability.enqueue({ pullRequestId: row!.id })
      return { ...row!, repositoryName: repository.name, repositoryPath: repository.path }
    })
  ).pipe(
    Effect.catchTag("StatementRejected", (error) =>
      Effect.fail(
        error.constraint === "pull_requests_one_open_key"
          ? reject("head", `"${head}" already has an open pull request into "${base}"`)
          : error
      )
    )
  )
  yield* publishHead(opened, { base: baseSha, head: headSha })
  return opened
})
