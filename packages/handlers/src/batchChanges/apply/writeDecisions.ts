/**
 * Writes down what was decided of a batch spec, in the ambient transaction, which holds the changesets.
 *
 * Only what is wanted is written here; what is seen and whose turn it is are other statements'. Served by the primary
 * keys.
 */
import { Database, DatabaseClock } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { batchChanges, batchSpecs } from "../../schema/batchChanges.ts"
import { changesets } from "../../schema/changesets.ts"
import { askToArchive, askToDetach, attachChangesets } from "../changesets/associations.ts"
import { enqueueChangesets } from "../changesets/enqueueChangesets.ts"
import type { Decided, Decision } from "./decide.ts"
import { insertChangesets } from "./insertChangesets.ts"
import { isAnyOf } from "./isAnyOf.ts"
import type { UiPublications } from "./Preview.ts"
import { takesSpec } from "./rewired.ts"
import { respecify } from "./respecify.ts"
import type { World } from "./World.ts"

/** Rows of one statement. */
const AT_ONCE = 1000

export const writeDecisions = Effect.fnUntraced(function* (world: World, { decisions }: Decided, ui: UiPublications) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const { batchSpec } = world
  const actorId = world.actorId ?? null
  const batchChange = yield* saveBatchChange(world)
  const batchChangeId = batchChange.id
  const of = (...tags: ReadonlyArray<Decision["fate"]["_tag"]>) =>
    decisions.filter(({ fate }) => tags.includes(fate._tag))
  const idsOf = (some: ReadonlyArray<Decision>) => some.flatMap(({ row }) => row?.id ?? [])

  const made = yield* insertChangesets(of("create", "import"), { batchChangeId, actorId, ui })
  yield* respecify(decisions.filter(takesOver), ui)
  const attached = [...made, ...idsOf(of("reattach", "track"))]
  for (let at = 0; at < attached.length; at += AT_ONCE) {
    const changesetIds = attached.slice(at, at + AT_ONCE)
    yield* attachChangesets({ batchChangeId, changesetIds, key: String(batchSpec.id), actorId })
  }
  const archived = of("archive")
  yield* askToArchive({ batchChangeId, changesetIds: idsOf(archived) })
  yield* askToDetach({ batchChangeId, changesetIds: idsOf(of("detach")) })
  const closed = archived.filter(({ fate }) => fate._tag === "archive" && fate.close)
  if (closed.length > 0) {
    yield* run((db) =>
      db
        .update(changesets)
        .set({ closing: true, updatedAt: clock })
        .where(isAnyOf(changesets.id, idsOf(closed)))
    )
  }
  yield* run((db) =>
    db.update(batchSpecs).set({ batchChangeId, appliedAt: clock }).where(eq(batchSpecs.id, batchSpec.id))
  )
  const enqueued = yield* enqueueChangesets({ changesetIds: [...made, ...idsOf(decisions.filter(needsWork))] })
  return { batchChange, enqueued }
})

const takesOver = ({ fate }: Decision): boolean =>
  (fate._tag === "keep" || fate._tag === "reattach" || fate._tag === "track") && takesSpec(fate)

/** What failed for the spec before may work for this one. */
const needsWork = (decision: Decision): boolean => {
  const { fate, respecified, row, steps } = decision
  if (row === undefined || fate._tag === "leave" || fate._tag === "refuse") return false
  const failed = ["errored", "failed", "canceled"].includes(row.reconcilerState)
  return steps.length > 0 || respecified || (failed && takesOver(decision))
}

const saveBatchChange = Effect.fnUntraced(function* ({ actorId, batchChange, batchSpec }: World) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const { namespaceId, spec } = batchSpec
  const applied = {
    name: spec.name,
    description: spec.description ?? "",
    lastApplierId: actorId ?? null,
    lastAppliedAt: clock,
    batchSpecId: batchSpec.id,
    updatedAt: clock
  }
  const [saved] = yield* run((db) =>
    batchChange === undefined
      ? db
          .insert(batchChanges)
          .values({
            ...applied,
            lastAppliedAt: clock as never,
            updatedAt: clock as never,
            namespaceId,
            creatorId: actorId ?? null
          })
          .returning()
      : db.update(batchChanges).set(applied).where(eq(batchChanges.id, batchChange.id)).returning()
  )
  return saved!
})
