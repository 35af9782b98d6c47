/**
 * Forgets a batch change.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq, exists, ne, not, sql } from "drizzle-orm"
import { alias } from "drizzle-orm/pg-core"
import { Effect } from "effect"
import { batchChanges } from "../../schema/batchChanges.ts"
import { changesetAssociations as associations, changesets } from "../../schema/changesets.ts"
import { cancelWaiting } from "./cancelWaiting.ts"
import { holdBatchChange, type OneBatchChange } from "./holdBatchChange.ts"

/**
 * Its pull requests stay as they are, and nobody makes them any more: to close them, close it first. What happened to
 * its changesets stays on record. Served by `changeset_associations_batch_change_idx` and primary keys.
 *
 * @category operations
 */
export const deleteBatchChange = Effect.fn("BatchChanges.delete")(function* (options: OneBatchChange) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  const others = alias(associations, "others")
  yield* transaction(
    Effect.gen(function* () {
      const { id } = yield* holdBatchChange(options)
      yield* cancelWaiting(id, "its batch change was deleted")
      yield* run((db) => {
        const elsewhere = db
          .select({ one: sql`1` })
          .from(others)
          .where(and(eq(others.changesetId, changesets.id), ne(others.batchChangeId, id)))
        return db
          .update(changesets)
          .set({ detachedAt: clock, updatedAt: clock })
          .from(associations)
          .where(
            and(eq(associations.batchChangeId, id), eq(associations.changesetId, changesets.id), not(exists(elsewhere)))
          )
      })
      yield* run((db) => db.delete(batchChanges).where(eq(batchChanges.id, id)))
    })
  )
})
