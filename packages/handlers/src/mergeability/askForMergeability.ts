/**
 * Asks for what is unknown of pull requests whose branches moved: a job for each, or one for all of a base where they
 * are many. In the ambient transaction.
 */
import { Effect } from "effect"
import { RecomputeMergeabilityOfBase } from "./RecomputeMergeabilityOfBase.ts"
import { RecomputeMergeability } from "./RecomputeMergeability.ts"

interface Asked {
  readonly id: number
  readonly baseRef: string
  readonly headRef: string
}

/** More of one base than this are computed together. */
export const MANY = 20

/** The callers name the branches that moved. A pull request whose head did is always computed by itself, and published. */
export const askForMergeability = Effect.fnUntraced(function* (
  repositoryId: number,
  pulls: ReadonlyArray<Asked>,
  branches: ReadonlyArray<string>
) {
  const { alone, bases } = divide(pulls, branches)
  yield* RecomputeMergeability.enqueueAll(alone.map((pullRequestId) => ({ pullRequestId })))
  yield* RecomputeMergeabilityOfBase.enqueueAll(bases.map((baseRef) => ({ repositoryId, baseRef })))
})

/** Pure. */
export const divide = (pulls: ReadonlyArray<Asked>, branches: ReadonlyArray<string>) => {
  const byBase = Map.groupBy(
    pulls.filter(({ headRef }) => !branches.includes(headRef)),
    ({ baseRef }) => baseRef
  )
  const bases = Array.from(byBase)
    .filter(([, { length }]) => length > MANY)
    .map(([baseRef]) => baseRef)
    .toSorted()
  const alone = pulls.filter(({ baseRef, headRef }) => branches.includes(headRef) || !bases.includes(baseRef))
  return { alone: alone.map(({ id }) => id), bases }
}
