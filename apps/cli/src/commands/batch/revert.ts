import { type RevertedBatchChange, revertBatchChange, type Undoing } from "@drover/handlers/batchChanges"
import { Effect, FileSystem, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { actor } from "../../actor.ts"
import { Colour, Json } from "../../globals.ts"
import { counted } from "../../output/counted.ts"
import { lookOf } from "../../output/Look.ts"
import { show } from "../../output/show.ts"
import { toneOf } from "../../output/style.ts"
import { type Column, table } from "../../output/table.ts"
import { write } from "../../output/write.ts"
import { Surroundings } from "../../Surroundings.ts"
import { FileUnwritable, RevertIncomplete } from "./BatchError.ts"
import { batchForge } from "./batchForge.ts"
import { batchChange, requireBatchChange } from "./named.ts"

export const revert = Command.make(
  "revert",
  {
    batchChange,
    name: Flag.String("name").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription("Of the batch change that undoes it; defaults to revert- and its name"),
      Flag.optional
    ),
    out: Flag.String("out").pipe(
      Flag.withAlias("o"),
      Flag.withMetavar("FILE"),
      Flag.withDescription("Where the batch spec is written; defaults to standard output"),
      Flag.optional
    )
  },
  Effect.fnUntraced(function* ({ batchChange: named, name, out }) {
    const actorId = yield* actor
    const { id } = yield* requireBatchChange(named, actorId)
    const reverted = yield* revertBatchChange({ batchChangeId: id, name: Option.getOrUndefined(name), actorId })
    const { source } = reverted
    if (Option.isSome(out) && source !== null) yield* writeTo(out.value, source)
    if (yield* Json) yield* show(reverted, () => "")
    else {
      yield* tellOf(reverted, out)
      if (Option.isNone(out) && source !== null) yield* write((yield* Surroundings).stdout, source)
    }
    const left = reverted.changesets.filter(({ fate }) => fate === "conflict" || fate === "impossible").length
    if (left > 0) return yield* new RevertIncomplete({ left, of: reverted.changesets.length })
  })
).pipe(
  Command.withDescription("Make the batch spec that undoes what a batch change merged; it is applied as any other"),
  Command.withExamples([
    { command: "drover batch revert mia/round-cents -o revert.yaml", description: "To be looked at with batch preview" }
  ]),
  Command.provide(batchForge)
)

const writeTo = Effect.fnUntraced(function* (file: string, source: string) {
  const files = yield* FileSystem.FileSystem
  yield* files
    .writeFileString(file, source)
    .pipe(Effect.mapError((error) => new FileUnwritable({ file, reason: error.message })))
})

/** On standard error where standard output has the spec. */
const tellOf = Effect.fnUntraced(function* (reverted: RevertedBatchChange, out: Option.Option<string>) {
  const { environment, stderr, stdout } = yield* Surroundings
  const { changesets, hidden, name, namespace, source } = reverted
  const sink = Option.isNone(out) && source !== null ? stderr : stdout
  const look = lookOf({ flag: Option.getOrUndefined(yield* Colour), environment, sink })
  const undone = changesets.filter(({ fate }) => fate === "undone").length
  const text = [
    changesets.length === 0 ? "" : `${table(columns, changesets, look)}\n`,
    hidden === 0 ? "" : `${counted(hidden, "changeset")} in repositories that you may not read\n`,
    source === null
      ? "There is nothing to undo\n"
      : `${undone} of ${counted(changesets.length, "changeset")} to undo, as the batch change ${name}\n`,
    Option.isSome(out) && source !== null
      ? `Look at it with\n  drover batch preview -f ${out.value} --namespace ${namespace}\n`
      : ""
  ]
  yield* write(sink, text.join(""))
})

const columns: ReadonlyArray<Column<Undoing>> = [
  { title: "REPOSITORY", cell: ({ repository }) => repository },
  { title: "BASE", cell: ({ baseRef }) => baseRef },
  { title: "PR", cell: ({ externalId }) => (externalId === null ? "-" : `#${externalId}`) },
  { title: "REVERT", cell: ({ fate }) => fate, tone: ({ fate }) => toneOf(tones[fate]) },
  { title: "ABOUT", cell: ({ conflictedPaths, why }) => [...conflictedPaths, why ?? ""].join(": "), shrinks: true }
]

/** In the words that have a tone. */
const tones = { undone: "completed", nothing: "", unmerged: "", conflict: "failed", impossible: "failed" } as const
