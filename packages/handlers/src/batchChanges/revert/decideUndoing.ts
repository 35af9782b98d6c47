/**
 * Decides what becomes of a changeset that is to be undone. Pure.
 */
import type { MergeResult, Oid } from "@drover/git"
import type { Decided } from "./Undoing.ts"

/** Each is asked for in this order; what was not asked for yet is undefined. */
export interface UndoingFacts {
  readonly repository: { readonly name: string; readonly archived: boolean; readonly deleted: boolean }
  readonly baseRef: string
  readonly externalState: string | null
  readonly mergeCommitSha: string | null
  /** Null: the branch is gone. */
  readonly tip?: Oid | null | undefined
  /** How the merge stands to the tip. Missing: nobody has the commit. */
  readonly standing?: "within" | "outside" | "missing" | undefined
  /** The commit of the branch that the merge came upon; null: it cannot be told. */
  readonly before?: Oid | null | undefined
  /** Taking it back from a branch whose files are `from`. */
  readonly undone?: { readonly from: Oid; readonly merge: MergeResult } | undefined
}

const because = (fate: "nothing" | "unmerged" | "impossible", why: string): Decided => ({
  fate,
  conflictedPaths: [],
  why
})

/** Undefined: the next fact has to be known. */
export const decideUndoing = (facts: UndoingFacts): Decided | undefined => {
  const { baseRef, before, externalState, mergeCommitSha, repository, standing, tip, undone } = facts
  const { name } = repository
  if (externalState !== "merged") return because("unmerged", `it is ${externalState ?? "not published"}, not merged`)
  if (repository.deleted) return because("impossible", `${name} is deleted`)
  if (repository.archived) return because("impossible", `${name} is archived: it takes no changes`)
  if (mergeCommitSha === null) {
    return because("impossible", "its host does not say which commit merged it: revert it there")
  }
  if (tip === null) return because("impossible", `${name} has no branch ${baseRef} any more`)
  if (standing === "missing") {
    return because("impossible", `${name} has not got the commit ${mergeCommitSha} that merged it: fetch it`)
  }
  if (standing === "outside") return because("nothing", `${baseRef} no longer has the commit that merged it`)
  if (before === null) {
    return because("impossible", `it cannot be told which commits of ${baseRef} are its own: revert them by hand`)
  }
  if (undone === undefined) return undefined
  const { from, merge } = undone
  if (!merge.clean) {
    const why = `${baseRef} has changed since: revert ${mergeCommitSha} by hand`
    return { fate: "conflict", conflictedPaths: merge.conflictedPaths, why }
  }
  if (merge.tree === from) return because("nothing", `${baseRef} has none of it any more`)
  return { fate: "undone", conflictedPaths: [], why: null }
}
