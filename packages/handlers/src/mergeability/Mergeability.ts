/**
 * What can be said of merging one tip into another. Facts and rules; no git, no database.
 */
import type { AheadBehind, DiffTotals, MergeResult, Oid } from "@drover/git"
import type { MergeableState } from "../schema/pullRequests.ts"

/** Where the two branches of a pull request stand; null where a branch is gone. @category models */
export interface Tips {
  readonly base: Oid | null
  readonly head: Oid | null
}

/** What git says of two tips. @category models */
export type Facts =
  | {
      readonly _tag: "Compared"
      readonly merge: MergeResult
      readonly distance: AheadBehind
      readonly totals: DiffTotals
      /** Whether a commit that only the head has has more than one parent: a rebase cannot replay it. */
      readonly mergeCommits: boolean
    }
  /** There is nothing to compare: a branch is gone, or the histories never met. */
  | { readonly _tag: "Incomparable"; readonly reason: string }

/** What is kept of a pull request. @category models */
export interface Mergeability {
  readonly mergeable: boolean
  readonly mergeableState: Exclude<MergeableState, "unknown">
  readonly mergeableReason: string | null
  readonly rebaseable: boolean
  readonly conflictedPaths: Array<string>
  readonly commits: number
  readonly behindBy: number
  readonly additions: number
  readonly deletions: number
  readonly changedFiles: number
}

/**
 * What cannot be compared is dirty. Else draft before conflict before distance: the first that a person has to change.
 * A draft's `mergeable` still tells whether it would merge.
 */
export const assess = (draft: boolean, facts: Facts): Mergeability => {
  if (facts._tag === "Incomparable") {
    return {
      mergeable: false,
      mergeableState: "dirty",
      mergeableReason: facts.reason,
      rebaseable: false,
      conflictedPaths: [],
      commits: 0,
      behindBy: 0,
      additions: 0,
      deletions: 0,
      changedFiles: 0
    }
  }
  const { distance, merge, mergeCommits, totals } = facts
  return {
    mergeable: merge.clean,
    mergeableState: draft ? "draft" : !merge.clean ? "dirty" : distance.behind > 0 ? "behind" : "clean",
    mergeableReason: null,
    rebaseable: merge.clean && !mergeCommits,
    conflictedPaths: merge.clean ? [] : [...merge.conflictedPaths],
    commits: distance.ahead,
    behindBy: distance.behind,
    additions: totals.additions,
    deletions: totals.deletions,
    changedFiles: totals.changedFiles
  }
}
