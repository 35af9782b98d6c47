/**
 * How many changesets batch changes have, by the word that people read. One statement for any number of batch changes.
 *
 * Served by `changeset_associations_batch_change_idx` and the primary key.
 */
import { Database, type Drizzle } from "@drover/core"
import { count, eq } from "drizzle-orm"
import { Effect } from "effect"
import { changesetAssociations as associations, changesets } from "../../schema/changesets.ts"
import { isAnyOf } from "../apply/isAnyOf.ts"
import type { ComputedState } from "../states.ts"

/** @category models */
export interface ChangesetCounts {
  /** Those that it has put away are only in `archived`. */
  readonly total: number
  readonly states: Readonly<Partial<Record<ComputedState, number>>>
  readonly archived: number
}

export const noChangesets: ChangesetCounts = { total: 0, states: {}, archived: 0 }

/** By batch change; one without changesets is left out. */
export const changesetCounts = Effect.fnUntraced(function* (batchChangeIds: ReadonlyArray<number>) {
  const { run } = yield* Database
  const counts = new Map<number, ChangesetCounts>()
  if (batchChangeIds.length === 0) return counts
  for (const { archived, batchChangeId, number, state } of yield* run((db) => selectCounts(db, batchChangeIds))) {
    const before = counts.get(batchChangeId) ?? noChangesets
    counts.set(
      batchChangeId,
      archived
        ? { ...before, archived: before.archived + number }
        : { ...before, total: before.total + number, states: { ...before.states, [state]: number } }
    )
  }
  return counts
})

export const selectCounts = (db: Drizzle, batchChangeIds: ReadonlyArray<number>) =>
  db
    .select({
      batchChangeId: associations.batchChangeId,
      archived: associations.archived,
      state: changesets.computedState,
      number: count()
    })
    .from(associations)
    .innerJoin(changesets, eq(changesets.id, associations.changesetId))
    .where(isAnyOf(associations.batchChangeId, batchChangeIds))
    .groupBy(associations.batchChangeId, associations.archived, changesets.computedState)
