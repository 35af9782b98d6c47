/**
 * What can be said of merging one tip into another. Facts and rules; no git, no database.
 */
import type { AheadBehind, DiffTotals, MergeResult, Oid } from "@drover/git"
import type { CheckRollup, MergeableState } from "../schema/pullRequests.ts"
import { missingOf } from "../standing/missingOf.ts"
import type { Standing } from "../standing/Standing.ts"

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

export const noHistory = { _tag: "Incomparable", reason: "the branches share no history" } as const satisfies Facts

/** What can be said without git, where a branch is gone. */
export const incomparable = ({ base, head }: Tips): Facts | undefined => {
  if (base === null) return { _tag: "Incomparable", reason: "the base branch is gone" }
  if (head === null) return { _tag: "Incomparable", reason: "the head branch is gone" }
}

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
 * What cannot be compared is dirty. Else draft, dirty, blocked, behind, unstable, clean: the first that somebody has to
 * change. `mergeable` tells whether it would merge, of a draft and of what is blocked too.
 */
export const assess = (draft: boolean, facts: Facts, standing: Standing): Mergeability => {
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
    ...stateOf(draft, merge.clean, distance.behind, standing),
    rebaseable: merge.clean && !mergeCommits,
    conflictedPaths: merge.clean ? [] : [...merge.conflictedPaths],
    commits: distance.ahead,
    behindBy: distance.behind,
    additions: totals.additions,
    deletions: totals.deletions,
    changedFiles: totals.changedFiles
  }
}

const stateOf = (
  draft: boolean,
  clean: boolean,
  behind: number,
  standing: Standing
): Pick<Mergeability, "mergeableState" | "mergeableReason"> => {
  const say = (mergeableState: Mergeability["mergeableState"], mergeableReason: string | null = null) => ({
    mergeableState,
    mergeableReason
  })
  if (draft) return say("draft")
  if (!clean) return say("dirty")
  const missing = missingOf(standing, behind)
  if (missing.length > 0) return say("blocked", missing.join("; "))
  if (behind > 0) return say("behind")
  const unstable = unstableReasons[standing.checkRollup]
  return unstable === undefined ? say("clean") : say("unstable", unstable)
}

const unstableReasons: Partial<Record<CheckRollup, string>> = {
  error: "a check of the head ended in an error",
  failure: "a check of the head failed",
  pending: "checks of the head are not done"
}
