/**
 * Asks for a bulk operation, and waits for it where that was asked for.
 */
import type { ActorId } from "@drover/handlers"
import {
  type BulkOperation,
  type BulkOperationView,
  createBulkOperation,
  findBulkOperation
} from "@drover/handlers/batchChanges"
import { Effect, Option } from "effect"
import { actor } from "../../../actor.ts"
import { counted } from "../../../output/counted.ts"
import { progress } from "../../../output/progress.ts"
import { show } from "../../../output/show.ts"
import { BulkOperationFailed } from "../BatchError.ts"
import { requireBatchChange } from "../named.ts"
import { bulkJson } from "./bulkJson.ts"
import { type BulkOptions, choiceOf } from "./choose.ts"
import { countsInWords, renderBulkOperation } from "./renderBulkOperation.ts"

export const request = Effect.fnUntraced(function* (options: BulkOptions, operation: BulkOperation) {
  const actorId = yield* actor
  const { id: batchChangeId } = yield* requireBatchChange(options.batchChange, actorId)
  const { id } = yield* createBulkOperation({
    batchChangeId,
    operation,
    ...(yield* choiceOf(options, actorId)),
    idempotencyKey: Option.getOrUndefined(options.key),
    actorId
  })
  const now = yield* options.wait ? waitFor(id, actorId) : findBulkOperation({ bulkOperationId: id, actorId })
  const others = now.refused.length === 0 ? "" : `, and not for ${now.refused.length}`
  yield* show(bulkJson(now), (look) =>
    options.wait
      ? renderBulkOperation(now, look)
      : `Bulk operation ${id}: ${operation.type} for ${counted(now.total, "changeset")}${others}\nSee how far it is with \`drover batch bulk show ${id}\`\n`
  )
  if (options.wait) yield* requireDone(now)
})

export const waitFor = Effect.fnUntraced(function* (bulkOperationId: number, actorId: ActorId) {
  const shown = yield* progress
  const ended = yield* findBulkOperation({ bulkOperationId, actorId }).pipe(
    Effect.tap((found) => shown.update(`${found.type}: ${countsInWords(found)}`)),
    Effect.tap(({ state }) => (state === "processing" ? Effect.sleep("300 millis") : Effect.void)),
    Effect.repeat({ until: ({ state }) => state !== "processing" }),
    Effect.onError(() => shown.end())
  )
  yield* shown.end()
  return ended
})

/** What failed is told by the exit code too. */
export const requireDone = ({ counts, id, state, total }: BulkOperationView) =>
  state === "failed" || state === "canceled"
    ? Effect.fail(new BulkOperationFailed({ id, state, failed: counts.failed, of: total }))
    : Effect.void
