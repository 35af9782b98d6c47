/**
 * Ends a batch change, and begins it again.
 */
import { Database, DatabaseClock } from "@drover/core"
import { eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { batchChanges } from "../../schema/batchChanges.ts"
import { changesets } from "../../schema/changesets.ts"
import type { BatchChange } from "../apply/Applied.ts"
import { isAnyOf } from "../apply/isAnyOf.ts"
import { associationsOf } from "../changesets/associations.ts"
import { enqueueChangesets } from "../changesets/enqueueChangesets.ts"
import { cancelWaiting } from "./cancelWaiting.ts"
import { holdBatchChange, type OneBatchChange } from "./holdBatchChange.ts"

/** @category options */
export interface CloseBatchChange extends OneBatchChange {
  /** The pull requests that it made are closed too. Defaults to false: they stay as they are. */
  readonly closeChangesets?: boolean | undefined
}

/** @category models */
export interface ClosedBatchChange {
  readonly batchChange: BatchChange
  /** How many changesets the reconciler will close. */
  readonly closing: number
}

/**
 * What the reconciler has waiting for its changesets is not done any more, no spec can be applied to it, and no bulk
 * operation publishes anything or tries it again; what else was asked of many is done. One that is closed stays so; its
 * pull requests may still be asked to be closed. A changeset that is being published just then is closed as well, once
 * it is.
 *
 * @category operations
 */
export const closeBatchChange = Effect.fn("BatchChanges.close")(function* (options: CloseBatchChange) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  return yield* transaction(
    Effect.gen(function* () {
      const { id } = yield* holdBatchChange(options)
      const held = yield* cancelWaiting(id, "its batch change was closed")
      const closing = options.closeChangesets === true ? yield* closableOf(id, held) : []
      if (closing.length > 0) {
        yield* run((db) =>
          db.update(changesets).set({ closing: true, updatedAt: clock }).where(isAnyOf(changesets.id, closing))
        )
        yield* enqueueChangesets({ changesetIds: closing })
      }
      const [batchChange] = yield* run((db) =>
        db
          .update(batchChanges)
          .set({ closedAt: sql`coalesce(${batchChanges.closedAt}, ${clock})`, updatedAt: clock })
          .where(eq(batchChanges.id, id))
          .returning()
      )
      return { batchChange: batchChange!, closing: closing.length } satisfies ClosedBatchChange
    })
  )
})

/** Those with a pull request that is open, or may be in a moment, and that were not put away before. */
const closableOf = Effect.fnUntraced(function* (
  batchChangeId: number,
  held: ReadonlyArray<typeof changesets.$inferSelect>
) {
  const candidates = held.filter(
    ({ externalState, publication, reconcilerState }) =>
      (externalState === null && (publication === "published" || reconcilerState === "processing")) ||
      externalState === "open" ||
      externalState === "draft"
  )
  const associations = yield* associationsOf(candidates.map(({ id }) => id))
  const kept = associations.filter((each) => each.batchChangeId === batchChangeId && !each.archived && !each.detach)
  return kept.map(({ changesetId }) => changesetId)
})

/** Specs can be applied to it again. What was closed with it stays so until one is. @category operations */
export const reopenBatchChange = Effect.fn("BatchChanges.reopen")(function* (options: OneBatchChange) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  return yield* transaction(
    Effect.gen(function* () {
      const { id } = yield* holdBatchChange(options)
      const [batchChange] = yield* run((db) =>
        db.update(batchChanges).set({ closedAt: null, updatedAt: clock }).where(eq(batchChanges.id, id)).returning()
      )
      return batchChange!
    })
  )
})
