/**
 * Lets a pull request be fetched: `refs/pull/N/head`, and `refs/pull/N/merge` while it merges cleanly.
 */
import { type Git, type GitError, mergeCommits, type Oid, updateRefs } from "@drover/git"
import { DateTime, Effect } from "effect"
import { drover } from "../pullRequests/committer.ts"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import { moveRef, type PullRefs, refsOf } from "../pullRequests/pullRefs.ts"
import type { Facts, Tips } from "./Mergeability.ts"

/** Writes the merge commit that merging now would give, where that is clean. */
export const testMerge = Effect.fnUntraced(function* (
  pull: PullRequest,
  { base, head }: Tips,
  facts: Facts
): Effect.fn.Return<Oid | null, GitError, Git> {
  if (facts._tag === "Incomparable" || !facts.merge.clean || base === null || head === null) return null
  const merge = yield* mergeCommits({
    repository: pull.repositoryPath,
    base,
    head,
    message: `Merge ${head} into ${base}\n`,
    // dated by the pull request, not by now: the same merge is the same commit however often it is computed
    author: { ...drover, at: DateTime.fromDateUnsafe(pull.createdAt) }
  })
  return merge.clean ? merge.commit : null
})

/** A head that is gone leaves its ref at the last one; a merge that is not clean takes an outdated one away. */
export const publish = (pull: PullRequest, refs: PullRefs, merge: Oid | null): Effect.Effect<void, GitError, Git> => {
  const names = refsOf(pull)
  return updateRefs({
    repository: pull.repositoryPath,
    updates: [
      ...moveRef(names.head, refs.head, refs.tips.head ?? refs.head),
      ...moveRef(names.merge, refs.merge, merge)
    ]
  })
}
