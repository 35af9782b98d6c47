/**
 * Decides what may be done to a branch so that it has what a changeset spec wants. Pure.
 *
 * Only a commit that Drover made from a spec alone is ever taken off a branch. Whatever people put there stays: what is
 * new goes on top of it, or a person is asked.
 */

/** A place where Drover left the branch, or was about to. @category models */
export interface Left {
  readonly commit: string
  /** The commit of a spec alone that it stands for. The same as `commit`: nobody else's work is in it. */
  readonly built: string
}

/** @category models */
export interface PushFacts {
  /** Where the branch is; null: nowhere. */
  readonly tip: string | null
  /** What is wanted: the commit of the new spec alone. */
  readonly built: string
  /** Where Drover left the branch, in no order. */
  readonly left: ReadonlyArray<Left>
  /** The nearest of these, or `built`, that the tip has in its history; undefined: none. Not needed where the tip is one. */
  readonly under?: Left | undefined
}

/** @category models */
export type PushDecision =
  /** There is no branch: make it. */
  | { readonly _tag: "create" }
  /** It has what is wanted. `pushed`: where Drover left it, under what people may have committed since. */
  | { readonly _tag: "upToDate"; readonly pushed: string }
  /** Nobody but Drover was there: put the new commit in place of the old one. */
  | { readonly _tag: "replace" }
  /** People committed: put what changed since `from`, the commit of the spec before, on top of the tip. */
  | { readonly _tag: "reapply"; readonly from: string }
  /** The branch is not what Drover left. */
  | { readonly _tag: "attention"; readonly problem: "rewritten" | "taken" }

export const decidePush = ({ built, left, tip, under }: PushFacts): PushDecision => {
  if (tip === null) return { _tag: "create" }
  if (tip === built) return { _tag: "upToDate", pushed: built }
  const own = left.find(({ commit }) => commit === tip)
  if (own !== undefined && own.commit === own.built) return { _tag: "replace" }
  const mine = own ?? under
  if (mine === undefined) return { _tag: "attention", problem: left.length === 0 ? "taken" : "rewritten" }
  return mine.built === built ? { _tag: "upToDate", pushed: mine.commit } : { _tag: "reapply", from: mine.built }
}
