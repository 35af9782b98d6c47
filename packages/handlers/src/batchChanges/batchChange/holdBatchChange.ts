/**
 * Holds a batch change that somebody may change, until the transaction ends. Served by the primary keys.
 */
import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { batchChanges } from "../../schema/batchChanges.ts"
import { BatchChangeUnknown } from "../apply/ApplyError.ts"
import { requireBatchChange } from "../bulk/requireBatchChange.ts"

/** @category options */
export interface OneBatchChange {
  readonly id: number
  /** A user or a member of its namespace. */
  readonly actorId?: ActorId
}

export const holdBatchChange = Effect.fnUntraced(function* ({ actorId, id }: OneBatchChange) {
  const { run } = yield* Database
  yield* requireBatchChange(id, actorId)
  const [held] = yield* run((db) => db.select().from(batchChanges).where(eq(batchChanges.id, id)).for("no key update"))
  return held ?? (yield* new BatchChangeUnknown({ batchChange: id }))
})
