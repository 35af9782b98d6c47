/**
 * Asks git about two tips.
 */
import { aheadBehind, diffTotals, type Git, type GitError, hasMergeCommits, mergeTree } from "@drover/git"
import { Effect } from "effect"
import { type Facts, incomparable, noHistory, type Tips } from "./Mergeability.ts"

export const compareTips = (repository: string, tips: Tips): Effect.Effect<Facts, GitError, Git> => {
  const { base, head } = tips
  if (base === null || head === null) return Effect.succeed(incomparable(tips) ?? noHistory)
  const pair = { repository, base, head }
  return Effect.all(
    {
      merge: mergeTree(pair),
      distance: aheadBehind(pair),
      totals: diffTotals(pair),
      mergeCommits: hasMergeCommits(pair)
    },
    { concurrency: "unbounded" }
  ).pipe(
    Effect.map((facts): Facts => ({ _tag: "Compared", ...facts })),
    Effect.catchTag("UnrelatedHistories", () => Effect.succeed<Facts>(noHistory))
  )
}
