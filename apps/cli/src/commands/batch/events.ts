import { changesetHistory, type HistoryEvent } from "@drover/handlers/batchChanges"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { actor } from "../../actor.ts"
import { id, limitTo } from "../../flags.ts"
import { show } from "../../output/show.ts"
import { toneOf } from "../../output/style.ts"
import { type Column, table } from "../../output/table.ts"
import { moment } from "../../output/time.ts"
import { batchForge } from "./batchForge.ts"

export const events = Command.make(
  "events",
  {
    changeset: id("changeset"),
    after: Flag.Int("after").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Only events after this one: the last of the page before"),
      Flag.optional
    ),
    limit: limitTo(1000)
  },
  Effect.fnUntraced(function* ({ after, changeset, limit }) {
    const found = yield* changesetHistory({
      changesetId: changeset,
      after: Option.getOrUndefined(after),
      limit,
      actorId: yield* actor
    })
    yield* show(found, (look) => (found.length === 0 ? "No events\n" : table(columns, found, look)))
  })
).pipe(Command.withDescription("List what happened to a changeset, in its order"), Command.provide(batchForge))

const columns: ReadonlyArray<Column<HistoryEvent>> = [
  { title: "WHEN", cell: ({ createdAt }) => moment(createdAt) },
  { title: "WHAT", cell: ({ kind }) => kind, tone: ({ kind }) => toneOf(kind) },
  { title: "WHO", cell: ({ actor: login }) => login ?? "-" },
  { title: "ABOUT", cell: ({ payload }) => aboutOf(payload), shrinks: true }
]

/** `from open to merged`, or all there is. */
const aboutOf = (payload: HistoryEvent["payload"]): string =>
  Object.entries(payload)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ")
