import { closeBatchChange, reopenBatchChange } from "@drover/handlers/batchChanges"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { given } from "../../flags.ts"
import { counted } from "../../output/counted.ts"
import { show } from "../../output/show.ts"
import { batchChangeJson } from "./batchChangeJson.ts"
import { batchForge } from "./batchForge.ts"
import { batchChange, requireBatchChange } from "./named.ts"
import { statesInWords, waitForChangesets } from "./waitForChangesets.ts"

export const closeBatch = Command.make(
  "close",
  {
    batchChange,
    closeChangesets: given("close-changesets", "Close the pull requests that it made too"),
    wait: given("wait", "Until they are closed")
  },
  Effect.fnUntraced(function* ({ batchChange: named, closeChangesets, wait }) {
    const actorId = yield* actor
    const { id } = yield* requireBatchChange(named, actorId)
    const { closing } = yield* closeBatchChange({ id, closeChangesets, actorId })
    const now = yield* wait ? waitForChangesets(id, actorId) : requireBatchChange(String(id), actorId)
    yield* show({ ...batchChangeJson(now), closing }, () =>
      [
        `${now.namespace}/${now.name} is closed`,
        closeChangesets ? `; ${counted(closing, "pull request")} to close` : "",
        wait ? `: ${statesInWords(now)}` : "",
        "\n"
      ].join("")
    )
  })
).pipe(
  Command.withDescription("Close a batch change: no spec can be applied to it, and what waits is not done"),
  Command.provide(batchForge)
)

export const reopenBatch = Command.make(
  "reopen",
  { batchChange },
  Effect.fnUntraced(function* ({ batchChange: named }) {
    const actorId = yield* actor
    const { id } = yield* requireBatchChange(named, actorId)
    yield* reopenBatchChange({ id, actorId })
    const now = yield* requireBatchChange(String(id), actorId)
    yield* show(batchChangeJson(now), () => `${now.namespace}/${now.name} is open\n`)
  })
).pipe(
  Command.withDescription("Reopen a batch change. Its pull requests stay as they are until a spec is applied"),
  Command.provide(batchForge)
)
