/**
 * Gives a batch change another name, or to somebody else.
 */
import { Database, DatabaseClock, StatementRejected } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { batchChanges } from "../../schema/batchChanges.ts"
import { BatchChangeExists, BatchChangeNameRejected } from "../apply/ApplyError.ts"
import { requireNamespace } from "../namespaces/requireNamespace.ts"
import { holdBatchChange, type OneBatchChange } from "./holdBatchChange.ts"

/** @category options */
export interface MoveBatchChange extends OneBatchChange {
  /** Defaults to the one that it has. */
  readonly name?: string | undefined
  /** One that the actor may use too. Defaults to the one that it is in. */
  readonly namespace?: string | number | undefined
}

/** A spec of the old name makes a new batch change from then on. @category operations */
export const moveBatchChange = Effect.fn("BatchChanges.move")(function* (options: MoveBatchChange) {
  const { actorId, namespace } = options
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  return yield* transaction(
    Effect.gen(function* () {
      const held = yield* holdBatchChange(options)
      const name = options.name ?? held.name
      if (!/^[\w.-]{1,100}$/u.test(name)) return yield* new BatchChangeNameRejected({ name })
      const { id: namespaceId } = yield* requireNamespace(actorId, namespace ?? held.namespaceId)
      const [moved] = yield* run((db) =>
        db
          .update(batchChanges)
          .set({ name, namespaceId, updatedAt: clock })
          .where(eq(batchChanges.id, held.id))
          .returning()
      ).pipe(
        Effect.mapError((error) =>
          error instanceof StatementRejected && error.constraint === "batch_changes_name_key"
            ? new BatchChangeExists({ name })
            : error
        )
      )
      return moved!
    })
  )
})
