import { previewBatchSpec } from "@drover/handlers/batchChanges"
import type { ActorId } from "@drover/handlers"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { actor } from "../../actor.ts"
import { show } from "../../output/show.ts"
import { batchForge } from "./batchForge.ts"
import { SpecMissing } from "./BatchError.ts"
import { namespace } from "./named.ts"
import { namespaceOf, readSpec } from "./readSpec.ts"
import { applyCommand, type Previewed, renderPreview } from "./renderPreview.ts"
import { runFlags, runSpec } from "./runSpec.ts"

export const specFlags = {
  file: Flag.String("file").pipe(
    Flag.withAlias("f"),
    Flag.withMetavar("FILE"),
    Flag.withDescription("The batch spec, in YAML"),
    Flag.optional
  ),
  spec: Flag.Int("spec").pipe(
    Flag.withMetavar("ID"),
    Flag.withDescription("A batch spec that was previewed before"),
    Flag.optional
  ),
  namespace,
  ...runFlags
}

type SpecOptions = Parameters<typeof runSpec>[1] & {
  readonly file: Option.Option<string>
  readonly spec: Option.Option<number>
  readonly namespace: Option.Option<string>
}

/** Of a file: reads it, runs its steps, and looks at what would come of it. */
export const previewOf = Effect.fnUntraced(function* (options: SpecOptions, actorId: ActorId) {
  const looked = (batchSpecId: number) => previewBatchSpec({ batchSpecId, actorId })
  if (Option.isSome(options.spec)) {
    return { preview: yield* looked(options.spec.value), skipped: [], warnings: [] } satisfies Previewed
  }
  if (Option.isNone(options.file)) return yield* new SpecMissing()
  const within = yield* namespaceOf(options.namespace)
  const created = yield* readSpec(options.file.value, { namespace: within, actorId })
  const { batchSpec, completed, skipped, warnings } = created
  if (!completed) yield* runSpec(batchSpec.id, options)
  return { preview: yield* looked(batchSpec.id), skipped, warnings } satisfies Previewed
})

/** As `--json` prints it. docs/guides/batch-changes.md has the shape. */
export const previewJson = ({ preview, skipped, warnings }: Previewed) => ({
  ...preview,
  skipped,
  warnings,
  apply: applyCommand(preview)
})

export const preview = Command.make(
  "preview",
  specFlags,
  Effect.fnUntraced(function* (options) {
    const previewed = yield* previewOf(options, yield* actor)
    yield* show(previewJson(previewed), (look) => renderPreview(previewed, look))
  })
).pipe(
  Command.withDescription("Run the steps of a batch spec, and show what would come of it"),
  Command.withExamples([
    { command: "drover batch preview -f spec.yaml --namespace mia", description: "Of a file" },
    { command: "drover batch preview --spec 7", description: "Once more, as things are now" }
  ]),
  Command.provide(batchForge)
)
