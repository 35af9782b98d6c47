/**
 * The refs by which a pull request can be fetched: `refs/pull/N/head`, and
 * `refs/pull/N/merge` while it merges cleanly.
 */
import { commitTree, type Git, type GitError, mergeTree, type Oid, resolveCommit, updateRef } from "@drover/git"
import { DateTime, Effect } from "effect"
import type { Mergeability, Tips } from "../mergeability/Mergeability.ts"
import type { PullRequest } from "./findPullRequest.ts"

/** Points `refs/pull/N/head` at the head. A branch that is gone leaves it at the last one. */
export const publishHead = (pull: PullRequest, { head }: Tips): Effect.Effect<void, GitError, Git> =>
  head === null ? Effect.void : pointAt(pull.repositoryPath, `refs/pull/${pull.number}/head`, head)

/** Writes the merge commit that merging now would give; takes an outdated one away. */
export const publishMerge = Effect.fnUntraced(function* (
  pull: PullRequest,
  { base, head }: Tips,
  { mergeable }: Mergeability
): Effect.fn.Return<void, GitError, Git> {
  const repository = pull.repositoryPath
  const ref = `refs/pull/${pull.number}/merge`
  if (!mergeable || base === null || head === null) return yield* pointAt(repository, ref, null)
  const { tree } = yield* mergeTree({ repository, base, head, keepObjects: true })
  const merge = yield* commitTree({
    repository,
    tree,
    parents: [base, head],
    message: `Merge ${head} into ${base}\n`,
    // dated by the pull request, not by now: the same merge is the same commit however often it is computed
    author: { name: "drover", email: "drover@localhost", at: DateTime.fromDateUnsafe(pull.createdAt) }
  })
  yield* pointAt(repository, ref, merge)
})

/** Two jobs of one pull request never run at a time; a ref that moved meanwhile was moved by hand, and is tried again. */
const pointAt = Effect.fnUntraced(function* (
  repository: string,
  ref: string,
  to: Oid | null
): Effect.fn.Return<void, GitError, Git> {
  const from = yield* Effect.catchTag(resolveCommit({ repository, revision: ref }), "RevisionNotFound", () =>
    Effect.succeed(null)
  )
  if (from === to) return
  if (from === null && to !== null) yield* updateRef({ repository, ref, from, to })
  else if (from !== null) yield* updateRef({ repository, ref, from, to } as Parameters<typeof updateRef>[0])
})
