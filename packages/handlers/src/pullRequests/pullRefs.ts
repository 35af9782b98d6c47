/**
 * The refs that a pull request has to do with: its two branches, and those by which it can be fetched.
 *
 * - `refs/pull/N/head`: the head's tip; the last one, when the branch is gone or it is merged.
 * - `refs/pull/N/merge`: the merge commit that merging now would give, while that is clean.
 * - `refs/pull/N/merged`: the commit by which it was merged. It is written together with the move of the base, so
 *   that a merge whose record was lost is recognised.
 */
import { aheadBehind, type Git, type GitError, type Oid, type RefUpdate, resolveRefs } from "@drover/git"
import { Effect } from "effect"
import type { Tips } from "../mergeability/Mergeability.ts"
import type { PullRequest } from "./findPullRequest.ts"

/** Where they stand; null where there is none. */
export interface PullRefs {
  readonly tips: Tips
  readonly head: Oid | null
  readonly merge: Oid | null
  readonly merged: Oid | null
}

export const refsOf = ({ baseRef, headRef, number }: PullRequest) => ({
  baseBranch: `refs/heads/${baseRef}`,
  headBranch: `refs/heads/${headRef}`,
  head: `refs/pull/${number}/head`,
  merge: `refs/pull/${number}/merge`,
  merged: `refs/pull/${number}/merged`
})

/** Reads them at one moment. */
export const readPullRefs = (pull: PullRequest): Effect.Effect<PullRefs, GitError, Git> =>
  Effect.map(resolveRefs({ repository: pull.repositoryPath, refs: Object.values(refsOf(pull)) }), (found) =>
    pullRefsFrom(pull, found)
  )

/** A pull request's, among those that were found. */
export const pullRefsFrom = (pull: PullRequest, found: ReadonlyMap<string, Oid>): PullRefs => {
  const names = refsOf(pull)
  return {
    tips: { base: found.get(names.baseBranch) ?? null, head: found.get(names.headBranch) ?? null },
    head: found.get(names.head) ?? null,
    merge: found.get(names.merge) ?? null,
    merged: found.get(names.merged) ?? null
  }
}

/** The commit by which it was merged, if the base has it. */
export const landedCommit = Effect.fnUntraced(function* (pull: PullRequest, { merged, tips }: PullRefs) {
  if (merged === null || tips.base === null) return undefined
  const { ahead } = yield* aheadBehind({ repository: pull.repositoryPath, base: tips.base, head: merged })
  return ahead === 0 ? merged : undefined
})

/** No update where a ref is there already. */
export const moveRef = (ref: string, from: Oid | null, to: Oid | null): ReadonlyArray<RefUpdate> => {
  if (from === to) return []
  if (to !== null) return [{ ref, from, to }]
  return from === null ? [] : [{ ref, from, to }]
}
