/**
 * Asks git about two tips.
 */
import { aheadBehind, diffTotals, type Git, type GitError, hasMergeCommits, mergeTree } from "@drover/git"
import { Effect } from "effect"
import type { Facts, Tips } from "./Mergeability.ts"

export const compareTips = (repository: string, { base, head }: Tips): Effect.Effect<Facts, GitError, Git> => {
  if (base === null) return Effect.succeed({ _tag: "Incomparable", reason: "the base branch is gone" })
  if (head === null) return Effect.succeed({ _tag: "Incomparable", reason: "the head branch is gone" })
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
    Effect.catchTag("UnrelatedHistories", () =>
      Effect.succeed<Facts>({ _tag: "Incomparable", reason: "the branches share no history" })
    )
  )
}
