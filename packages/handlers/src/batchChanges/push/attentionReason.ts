/**
 * What a person is told where nothing was pushed: what is there, and what can be done. Pure.
 */

/** @category models */
export type Attention =
  | { readonly problem: "taken" | "rewritten" | "forgotten" }
  | { readonly problem: "conflict"; readonly paths: ReadonlyArray<string> }

export const attentionReason = (
  attention: Attention,
  {
    branch,
    left,
    repository,
    tip
  }: {
    readonly repository: string
    readonly branch: string
    readonly tip: string
    /** Where Drover left it last. */
    readonly left: string | undefined
  }
): string => {
  const where = `the branch "${branch}" of ${repository}`
  const back = left === undefined ? "delete it" : `delete it, or move it back to ${left}`
  switch (attention.problem) {
    case "taken":
      return `${upper(where)} is at ${tip}, and Drover never pushed it: somebody else's work is there, and nothing was pushed over it. Rename or delete that branch and retry, or have the spec name another`
    case "rewritten":
      return `${upper(where)} was rewritten: it is at ${tip}, without what Drover pushed. Nothing was pushed over it. To go on, ${back}, and retry`
    case "forgotten":
      return `People committed to ${where}, which is at ${tip}, and what Drover pushed before is no longer in the repository: it cannot tell theirs from its own. Nothing was pushed. To go on, ${back}, and retry`
    case "conflict":
      return `People committed to ${where}, which is at ${tip}, and what is new does not fit with it in ${list(attention.paths)}. Nothing was pushed. Make the change there by hand, or take those commits off the branch, and retry`
  }
}

/** Enough to know where to look. */
const SHOWN = 10

const list = (paths: ReadonlyArray<string>): string => {
  const more = paths.length - SHOWN
  return `${paths.slice(0, SHOWN).join(", ")}${more > 0 ? ` and ${more} more` : ""}`
}

const upper = (sentence: string): string => sentence.slice(0, 1).toUpperCase() + sentence.slice(1)
