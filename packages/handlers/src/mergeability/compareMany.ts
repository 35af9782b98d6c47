/**
 * Asks git about many heads of one base, in a handful of processes.
 */
import { compareHeads, diffTotalsOfMany, type Git, type GitError, mergeTrees, type Oid } from "@drover/git"
import { Effect, Result } from "effect"
import { type Facts, noHistory } from "./Mergeability.ts"

/** A head that git cannot be asked about together with others is left out. */
export const compareMany = (
  repository: string,
  base: Oid,
  heads: ReadonlyArray<Oid>
): Effect.Effect<ReadonlyMap<Oid, Facts>, GitError, Git> =>
  compare(repository, base, heads).pipe(
    Effect.catchTag("RevisionNotFound", (error) => {
      const rest = heads.filter((head) => head !== error.revision)
      return rest.length === heads.length ? Effect.fail(error) : compareMany(repository, base, rest)
    })
  )

const compare = Effect.fnUntraced(function* (repository: string, base: Oid, heads: ReadonlyArray<Oid>) {
  const facts = new Map<Oid, Facts>()
  const compared = Array.from(yield* compareHeads({ repository, base, heads }), ([head, { mergeBase, ...rest }]) => ({
    head,
    start: mergeBase,
    ...rest
  }))
  for (const { head, start } of compared) if (start === null) facts.set(head, noHistory)
  const related = compared.flatMap(({ start, ...rest }) => (start === null ? [] : [{ ...rest, start }]))
  const { merges, totals } = yield* Effect.all(
    {
      merges: mergeTrees({ repository, pairs: related.map(({ head }) => ({ base, head })) }),
      totals: diffTotalsOfMany({ repository, ranges: related.map(({ head, start }) => ({ from: start, to: head })) })
    },
    { concurrency: "unbounded" }
  )
  related.forEach(({ ahead, behind, head, mergeCommits }, index) => {
    const merge = merges[index]
    const sums = totals[index]
    if (merge === undefined || sums === undefined || Result.isFailure(merge)) return
    facts.set(head, {
      _tag: "Compared",
      merge: merge.success,
      distance: { ahead, behind },
      totals: sums,
      mergeCommits
    })
  })
  return facts
})
