/**
 * Shows what would come of a batch spec if it were applied now. Nothing is written and no host is asked.
 */
import { Database } from "@drover/core"
import { Effect } from "effect"
import { CodeHosts } from "../host/CodeHosts.ts"
import type { Operation } from "../plan/Operation.ts"
import { checkPublications } from "./checkPublications.ts"
import { type Decided, decide, type Decision } from "./decide.ts"
import type { Fate } from "./Fate.ts"
import type { DiffStat, Preview, PreviewBatchSpec, PreviewedChangeset } from "./Preview.ts"
import { readWorld } from "./readWorld.ts"
import { batchChangeFor, requireBatchSpec } from "./requireBatchSpec.ts"
import type { World } from "./World.ts"

/** Of one moment. Those that would be refused are shown, and why. @category operations */
export const previewBatchSpec = Effect.fn("BatchChanges.preview")(function* ({
  actorId,
  batchSpecId,
  uiPublication = {}
}: PreviewBatchSpec) {
  const { transaction } = yield* Database
  const { abilities } = yield* CodeHosts
  const world = yield* transaction(
    Effect.gen(function* () {
      const batchSpec = yield* requireBatchSpec(batchSpecId, actorId, { lock: false })
      const batchChange = yield* batchChangeFor(batchSpec, { lock: false })
      return yield* readWorld({ actorId, batchSpec, batchChange }, { lock: false })
    }),
    { isolation: "repeatable read" }
  )
  const rejected = checkPublications(world.specs, uiPublication)
  if (rejected !== undefined) return yield* rejected
  return shown(world, decide(world, abilities, uiPublication))
})

/** Pure. */
export const shown = (world: World, { decisions, hash }: Decided): Preview => {
  const { batchChange, batchSpec, repositories } = world
  const readable = decisions.filter(({ repositoryId }) => repositories.get(repositoryId)?.readable === true)
  return {
    batchSpecId: batchSpec.id,
    batchChange: {
      id: batchChange?.id ?? null,
      name: batchChange?.name ?? batchSpec.spec.name,
      namespaceId: batchSpec.namespaceId
    },
    changesets: readable.map((decision) => previewed(decision, world)),
    hidden: decisions.length - readable.length,
    totals: {
      fates: tally<Fate["_tag"]>(decisions.map(({ fate }) => fate._tag)),
      operations: tally<Operation>(decisions.flatMap(({ steps }) => steps.map(({ operation }) => operation))),
      unchanged: decisions.filter(({ fate, steps }) => steps.length === 0 && isAsItWas(fate)).length,
      diffStat: decisions.reduce(
        (sum, { spec }): DiffStat => ({
          additions: sum.additions + (spec?.additions ?? 0),
          deletions: sum.deletions + (spec?.deletions ?? 0),
          changedFiles: sum.changedFiles + (spec?.changedFiles ?? 0)
        }),
        { additions: 0, deletions: 0, changedFiles: 0 }
      )
    },
    hash
  }
}

const isAsItWas = ({ _tag }: Fate): boolean => _tag === "keep" || _tag === "leave"

const tally = <Name extends string>(names: ReadonlyArray<Name>): Partial<Record<Name, number>> => {
  const counts: Partial<Record<Name, number>> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

const previewed = (decision: Decision, { repositories, specsOfChangesets }: World): PreviewedChangeset => {
  const { delta, digest, fate, key, notes, repositoryId, row, spec, steps } = decision
  // what is imported says nothing of itself
  const own = spec?.kind === "branch" ? spec : specsOfChangesets.get(row?.currentSpecId ?? 0)
  const describing = own?.kind === "branch" ? own : undefined
  return {
    key,
    digest,
    fate: fate._tag,
    refusal: fate._tag === "refuse" ? fate.why : null,
    changesetId: row?.id ?? null,
    changesetSpecId: spec?.id ?? null,
    repositoryId,
    repository: repositories.get(repositoryId)?.name ?? "",
    title: describing?.title ?? row?.externalTitle ?? "",
    headRef: describing?.headRef ?? row?.headRef ?? "",
    baseRef: describing?.baseRef ?? row?.externalBaseRef ?? "",
    externalId: spec?.externalId ?? row?.externalId ?? null,
    externalUrl: row?.externalUrl ?? null,
    state: row?.computedState ?? null,
    steps,
    notes,
    delta,
    diffStat:
      describing === undefined
        ? null
        : {
            additions: describing.additions,
            deletions: describing.deletions,
            changedFiles: describing.changedFiles
          }
  }
}
