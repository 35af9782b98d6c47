import { applyBatchSpec, PlanMoved, type Preview } from "@drover/handlers/batchChanges"
import { Effect, Option } from "effect"
import { Command, Flag, Prompt } from "effect/cli"
import { actor } from "../../actor.ts"
import { given } from "../../flags.ts"
import { Json } from "../../globals.ts"
import { counted } from "../../output/counted.ts"
import { lookOf } from "../../output/Look.ts"
import { show } from "../../output/show.ts"
import { write } from "../../output/write.ts"
import { Surroundings } from "../../Surroundings.ts"
import { ChangesetsFailed, PlanUnseen } from "./BatchError.ts"
import { batchChangeJson } from "./batchChangeJson.ts"
import { batchForge } from "./batchForge.ts"
import { requireBatchChange } from "./named.ts"
import { previewOf, specFlags } from "./preview.ts"
import { type Previewed, renderPreview, shortHash } from "./renderPreview.ts"
import { statesInWords, waitForChangesets } from "./waitForChangesets.ts"

export const apply = Command.make(
  "apply",
  {
    ...specFlags,
    plan: Flag.String("plan").pipe(
      Flag.withMetavar("HASH"),
      Flag.withDescription("The plan that was previewed: with any other, nothing is done"),
      Flag.filter(
        (hash) => /^[0-9a-f]{12,64}$/.test(hash),
        () => "Expected the hash of a plan: 12 to 64 hexadecimal digits"
      ),
      Flag.optional
    ),
    yes: given("yes", "Apply whatever the plan says now"),
    onlyNew: given("new", "There must be no batch change of this name yet"),
    wait: given("wait", "Until every changeset is published, updated or has failed")
  },
  Effect.fnUntraced(function* ({ onlyNew, plan, wait, yes, ...options }) {
    const actorId = yield* actor
    const previewed = yield* previewOf(options, actorId)
    const { batchSpecId } = previewed.preview
    const expectedHash = yield* agreed(previewed, plan, yes)
    const applied = yield* applyBatchSpec({
      batchSpecId,
      expectedHash,
      previewed: previewed.preview,
      ensureNew: onlyNew,
      actorId
    })
    const { id } = applied.batchChange
    const now = yield* wait ? waitForChangesets(id, actorId) : requireBatchChange(String(id), actorId)
    const name = `${now.namespace}/${now.name}`
    yield* show(
      { batchChange: batchChangeJson(now), applied: applied.applied, enqueued: applied.enqueued, plan: applied.hash },
      () =>
        [
          applied.applied
            ? `Applied batch spec ${batchSpecId} to ${name}: ${counted(applied.enqueued, "changeset")} to reconcile\n`
            : `Batch spec ${batchSpecId} is applied to ${name} already\n`,
          wait ? `${statesInWords(now)}\n` : `See how far it is with \`drover batch show ${name}\`\n`
        ].join("")
    )
    const failed = now.counts.states.failed ?? 0
    if (wait && failed > 0) return yield* new ChangesetsFailed({ failed, of: now.counts.total })
  })
).pipe(
  Command.withDescription("Apply a batch spec: make, update, close and let go of changesets as its plan says"),
  Command.withExamples([
    { command: "drover batch apply --spec 7 --plan 0123456789abcdef", description: "The plan that was looked at" },
    { command: "drover batch apply -f spec.yaml --namespace mia --yes --wait", description: "Without a look" }
  ]),
  Command.provide(batchForge)
)

/** The hash of the plan that whoever applies it has seen, or will have whatever it is. */
const agreed = Effect.fnUntraced(function* (previewed: Previewed, plan: Option.Option<string>, yes: boolean) {
  const { preview } = previewed
  if (Option.isSome(plan)) return preview.hash.startsWith(plan.value) ? preview.hash : yield* moved(preview, plan.value)
  if (yes) return preview.hash
  const { environment, stdout } = yield* Surroundings
  if (stdout.isTTY !== true || (yield* Json)) {
    return yield* new PlanUnseen({ batchSpecId: preview.batchSpecId, plan: shortHash(preview.hash) })
  }
  yield* write(stdout, renderPreview(previewed, lookOf({ flag: undefined, environment, sink: stdout })))
  const agrees = yield* Prompt.run(Prompt.Confirm({ message: "Apply this plan?", initial: false }))
  return agrees
    ? preview.hash
    : yield* new PlanUnseen({ batchSpecId: preview.batchSpecId, plan: shortHash(preview.hash) })
})

/** What would be done now. */
const moved = ({ changesets, hash }: Preview, expected: string) =>
  new PlanMoved({
    expected,
    actual: hash,
    changes: changesets.flatMap(({ headRef, repository, steps }) =>
      steps.length === 0 ? [] : [`${repository} ${headRef}: ${steps.map(({ operation }) => operation).join(", ")}`]
    )
  })
