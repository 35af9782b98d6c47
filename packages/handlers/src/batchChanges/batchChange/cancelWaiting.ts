/**
 * Takes the changesets of a batch change out of the reconciler's queue.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, asc, eq, inArray } from "drizzle-orm"
import { Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import { isAnyOf } from "../apply/isAnyOf.ts"

/**
 * Holds those that the batch change makes, until the transaction ends, and gives them as they are then. What waits, for
 * its turn or after a failure, has failed with this reason and waits no more; what the reconciler is at just then it ends.
 * Served by `changesets_owner_idx` and the primary key.
 */
export const cancelWaiting = Effect.fnUntraced(function* (batchChangeId: number, why: string) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const c = changesets
  const held = yield* run((db) =>
    db.select().from(c).where(eq(c.ownerId, batchChangeId)).orderBy(asc(c.id)).for("no key update")
  )
  const ids = held.map(({ id }) => id)
  if (ids.length === 0) return held
  const canceled = yield* run((db) =>
    db
      .update(c)
      .set({ reconcilerState: "failed", failureMessage: `Canceled: ${why}`, finishedAt: clock, updatedAt: clock })
      .where(and(isAnyOf(c.id, ids), inArray(c.reconcilerState, ["scheduled", "queued", "errored"])))
      .returning({ id: c.id })
  )
  yield* run((db) =>
    db
      .update(c)
      .set({ runAgain: false })
      .where(and(isAnyOf(c.id, ids), eq(c.runAgain, true)))
  )
  const gone = new Set(canceled.map(({ id }) => id))
  return held.map((row) => (gone.has(row.id) ? { ...row, reconcilerState: "failed" as const } : row))
})
