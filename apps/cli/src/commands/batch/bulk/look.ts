import {
  type BulkOperationView,
  cancelBulkOperation,
  findBulkOperation,
  listBulkOperations,
  resumeBulkOperation
} from "@drover/handlers/batchChanges"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { actor } from "../../../actor.ts"
import { given, id, limitTo } from "../../../flags.ts"
import { counted } from "../../../output/counted.ts"
import { show } from "../../../output/show.ts"
import { toneOf } from "../../../output/style.ts"
import { type Column, table } from "../../../output/table.ts"
import { age } from "../../../output/time.ts"
import { batchForge } from "../batchForge.ts"
import { batchChange, requireBatchChange } from "../named.ts"
import { bulkJson } from "./bulkJson.ts"
import { countsInWords, renderBulkOperation } from "./renderBulkOperation.ts"
import { requireDone, waitFor } from "./request.ts"

export const listBulk = Command.make(
  "list",
  {
    batchChange,
    before: Flag.Int("before").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Only those before this one: the last of the page before"),
      Flag.optional
    ),
    limit: limitTo(100)
  },
  Effect.fnUntraced(function* ({ batchChange: named, before, limit }) {
    const actorId = yield* actor
    const { id: batchChangeId } = yield* requireBatchChange(named, actorId)
    const { operations } = yield* listBulkOperations({
      batchChangeId,
      before: Option.getOrUndefined(before),
      limit,
      actorId
    })
    yield* show(operations.map(bulkJson), (look) =>
      operations.length === 0 ? "No bulk operations\n" : table(columns(new Date()), operations, look)
    )
  })
).pipe(Command.withDescription("List bulk operations, the newest first"), Command.provide(batchForge))

const columns = (now: Date): ReadonlyArray<Column<BulkOperationView>> => [
  { title: "ID", cell: ({ id: operationId }) => String(operationId), align: "right" },
  { title: "WHAT", cell: ({ type }) => type },
  { title: "STATE", cell: ({ state }) => state, tone: ({ state }) => toneOf(state) },
  { title: "CHANGESETS", cell: countsInWords, shrinks: true },
  { title: "ASKED BY", cell: ({ askedBy, byOperator }) => (byOperator ? "the operator" : (askedBy ?? "-")) },
  { title: "AGE", cell: ({ createdAt }) => age(createdAt, now), align: "right" }
]

const one = { id: id("id"), wait: given("wait", "Until it is done; ends with 1 where it failed for some") }

export const showBulk = Command.make(
  "show",
  one,
  Effect.fnUntraced(function* ({ id: bulkOperationId, wait }) {
    const actorId = yield* actor
    const found = yield* wait ? waitFor(bulkOperationId, actorId) : findBulkOperation({ bulkOperationId, actorId })
    yield* show(bulkJson(found), (look) => renderBulkOperation(found, look))
    if (wait) yield* requireDone(found)
  })
).pipe(Command.withDescription("Show a bulk operation, and why it failed where it did"), Command.provide(batchForge))

export const cancelBulk = Command.make(
  "cancel",
  { id: id("id") },
  Effect.fnUntraced(function* ({ id: bulkOperationId }) {
    const actorId = yield* actor
    const { canceled, requested } = yield* cancelBulkOperation({ bulkOperationId, actorId })
    const now = yield* findBulkOperation({ bulkOperationId, actorId })
    yield* show({ ...bulkJson(now), canceled, requested }, () => {
      const asked = requested === 0 ? "" : `; ${requested} that run were asked to stop`
      return `Bulk operation ${bulkOperationId}: ${counted(canceled, "changeset")} left as they are${asked}\n`
    })
  })
).pipe(Command.withDescription("Stop a bulk operation. What was done stays done"), Command.provide(batchForge))

export const resumeBulk = Command.make(
  "resume",
  one,
  Effect.fnUntraced(function* ({ id: bulkOperationId, wait }) {
    const actorId = yield* actor
    const resumed = yield* resumeBulkOperation({ bulkOperationId, actorId })
    const now = yield* wait ? waitFor(bulkOperationId, actorId) : findBulkOperation({ bulkOperationId, actorId })
    yield* show({ ...bulkJson(now), resumed }, (look) =>
      wait
        ? renderBulkOperation(now, look)
        : `Bulk operation ${bulkOperationId}: ${counted(resumed, "changeset")} once more\n`
    )
    if (wait) yield* requireDone(now)
  })
).pipe(
  Command.withDescription("Go on with a bulk operation: what failed or was canceled is tried again"),
  Command.provide(batchForge)
)
