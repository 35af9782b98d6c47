import { type BatchChangeView, listBatchChanges } from "@drover/handlers/batchChanges"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { actor } from "../../actor.ts"
import { limitTo } from "../../flags.ts"
import { show } from "../../output/show.ts"
import { toneOf } from "../../output/style.ts"
import { type Column, table } from "../../output/table.ts"
import { age } from "../../output/time.ts"
import { batchChangeJson } from "./batchChangeJson.ts"
import { batchForge } from "./batchForge.ts"
import { namespace } from "./named.ts"
import { statesInWords } from "./waitForChangesets.ts"

export const listBatches = Command.make(
  "list",
  {
    namespace,
    state: Flag.Literals("state", ["open", "closed", "all"]).pipe(Flag.withDefault("open")),
    before: Flag.Int("before").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Only those before this one: the last of the page before"),
      Flag.optional
    ),
    limit: limitTo(100)
  },
  Effect.fnUntraced(function* ({ before, limit, namespace: within, state }) {
    const { batchChanges } = yield* listBatchChanges({
      namespace: Option.getOrUndefined(within),
      before: Option.getOrUndefined(before),
      state,
      limit,
      actorId: yield* actor
    })
    yield* show(batchChanges.map(batchChangeJson), (look) =>
      batchChanges.length === 0
        ? `No ${state === "all" ? "" : `${state} `}batch changes\n`
        : table(columns(new Date()), batchChanges, look)
    )
  })
).pipe(Command.withDescription("List batch changes, the newest first"), Command.provide(batchForge))

const columns = (now: Date): ReadonlyArray<Column<BatchChangeView>> => [
  { title: "ID", cell: ({ id }) => String(id), align: "right" },
  { title: "BATCH CHANGE", cell: ({ name, namespace: within }) => `${within}/${name}`, shrinks: true },
  { title: "STATE", cell: ({ state }) => state, tone: ({ state }) => toneOf(state) },
  { title: "CHANGESETS", cell: statesInWords, shrinks: true },
  {
    title: "APPLIED",
    cell: ({ lastAppliedAt }) => (lastAppliedAt === null ? "never" : age(lastAppliedAt, now)),
    align: "right"
  }
]
