/**
 * Decides what comes of a batch spec in the world as it is: the fate of every changeset, and what the reconciler would
 * do to it. Pure. A preview shows it, and an apply writes it down.
 */
import type { Abilities } from "@drover/code-hosts"
import type { Repository } from "../../repositories/findRepository.ts"
import { begunOf, desiredOf, observe } from "../changesets/observe.ts"
import { delta } from "../plan/delta.ts"
import type { Step } from "../plan/Operation.ts"
import { plan } from "../plan/plan.ts"
import { digest } from "./digest.ts"
import type { Fate, RewiredChangeset } from "./Fate.ts"
import type { UiPublications } from "./Preview.ts"
import { rewire } from "./rewire.ts"
import { NEW, rewired, takesSpec } from "./rewired.ts"
import type { ChangesetRow, SpecHead, World } from "./World.ts"

/** What would become of one changeset. */
export interface Decision {
  readonly key: string
  readonly digest: string
  readonly fate: Fate
  /** The changeset spec, where there is one. */
  readonly spec: SpecHead | undefined
  /** As it is. */
  readonly row: ChangesetRow | undefined
  readonly repositoryId: number
  readonly steps: ReadonlyArray<Step>
  readonly notes: ReadonlyArray<string>
  readonly delta: ReadonlyArray<string>
  /** The changeset's spec says something else from now on. */
  readonly respecified: boolean
}

/** In the order of their keys. */
export interface Decided {
  readonly decisions: ReadonlyArray<Decision>
  readonly hash: string
}

export const decide = (
  world: World,
  abilities: (repository: Repository) => Abilities,
  ui: UiPublications = {}
): Decided => {
  const rows = new Map(world.changesets.map((row) => [row.id, row]))
  const specs = new Map(world.specs.map((spec) => [spec.id, spec]))
  const fates = rewire({
    batchChangeId: world.batchChange?.id ?? null,
    specs: world.specs,
    changesets: world.changesets.map((row) => rewiredChangeset(row, world)),
    repositories: new Map(
      [...world.repositories].map(([id, { archivedAt, deletedAt, readable }]) => [
        id,
        { archived: archivedAt !== null, deleted: deletedAt !== null, readable }
      ])
    ),
    owners: world.owners
  })
  const decisions = fates
    .map((fate) => {
      const spec = "spec" in fate ? specs.get(fate.spec.id) : undefined
      const row = "changeset" in fate && fate.changeset !== undefined ? rows.get(fate.changeset.id) : undefined
      return decideOne(world, abilities, fate, spec, row, spec === undefined ? undefined : ui[spec.id])
    })
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const { batchChange, batchSpec } = world
  const hash = digest({
    batchChange: { id: batchChange?.id, namespaceId: batchSpec.namespaceId, name: batchSpec.spec.name.toLowerCase() },
    changesets: decisions.map((decision) => [decision.key, decision.digest])
  })
  return { decisions, hash }
}

const rewiredChangeset = (row: ChangesetRow, { associations }: World): RewiredChangeset => ({
  ...observe(row, associations.get(row.id) ?? []),
  id: row.id,
  repositoryId: row.repositoryId,
  headRef: row.headRef,
  externalId: row.externalId,
  currentSpecId: row.currentSpecId,
  processing: row.reconcilerState === "processing"
})

const decideOne = (
  world: World,
  abilities: (repository: Repository) => Abilities,
  fate: Fate,
  spec: SpecHead | undefined,
  row: ChangesetRow | undefined,
  ui: UiPublications[number] | undefined
): Decision => {
  const repositoryId = spec?.repositoryId ?? row!.repositoryId
  const repository = world.repositories.get(repositoryId)
  const changeset = rewired(fate, world.batchChange?.id ?? NEW, ui)
  const of = (id: number | null | undefined) => desiredOf(world.specsOfChangesets.get(id ?? 0))
  const previous = of(row?.previousSpecId)
  const before = of(row?.currentSpecId)
  const begun = begunOf(begunSpecs(row, world))
  const current = takes(fate) ? desiredOf(spec) : before
  const planned =
    changeset === undefined || repository === undefined
      ? { steps: [], notes: [] }
      : plan({ previous, begun, current, changeset, abilities: abilities(repository) })
  const notes = [...planned.notes]
  if (row?.attention != null) notes.push(row.attention)
  if (repository?.archivedAt != null && planned.steps.some(({ operation }) => operation === "push")) {
    notes.push("its repository is archived: it cannot be pushed to")
  }
  const known = previous ?? before
  const differs =
    current === undefined || known === undefined
      ? undefined
      : delta([known, ...begun], current, changeset?.uiPublication ?? null)
  const facts = { fate: fate._tag, why: "why" in fate ? fate.why : undefined, ui }
  return {
    key: keyOf(repositoryId, spec, row),
    digest: digest(
      planned.steps.length === 0 && (fate._tag === "keep" || fate._tag === "leave")
        ? { ...facts, changesetId: row?.id, desired: desiredOf(spec) }
        : {
            ...facts,
            spec: contentOf(spec),
            observed: observedOf(row, world, fate),
            steps: planned.steps.map(({ operation }) => operation)
          }
    ),
    fate,
    spec,
    row,
    repositoryId,
    steps: planned.steps,
    notes,
    delta: differs === undefined ? [] : [...differs.pushed, ...differs.described],
    respecified: takes(fate) && digest(current) !== digest(before)
  }
}

/** Specs that were begun and not reached. */
const begunSpecs = (row: ChangesetRow | undefined, { specsOfChangesets }: World): ReadonlyArray<SpecHead | undefined> =>
  (row?.begunSpecIds ?? []).map((id) => specsOfChangesets.get(id))

const takes = (fate: Fate): boolean =>
  fate._tag === "create" ||
  fate._tag === "import" ||
  ((fate._tag === "keep" || fate._tag === "reattach" || fate._tag === "track") && takesSpec(fate))

const keyOf = (repositoryId: number, spec: SpecHead | undefined, row: ChangesetRow | undefined): string => {
  if (spec === undefined) return `${repositoryId} changeset ${row?.id}`
  return spec.kind === "branch" ? `${repositoryId} branch ${spec.headRef}` : `${repositoryId} pull ${spec.externalId}`
}

/** What a spec says, whichever row says it. */
const contentOf = (spec: SpecHead | undefined): object | undefined => {
  if (spec === undefined) return undefined
  const { batchSpecId: _, createdAt: __, creatorId: ___, id: ____, ...content } = spec
  return content
}

/**
 * What was seen of a changeset and decides what is done to it. Not what says only how it fares: its checks and reviews,
 * whose turn it is, why it failed.
 */
const observedOf = (row: ChangesetRow | undefined, world: World, fate: Fate): object | undefined => {
  if (row === undefined) return undefined
  return {
    id: row.id,
    owner: row.ownerId,
    publication: row.publication,
    uiPublication: row.uiPublication,
    external: row.externalState,
    externalId: row.externalId,
    closing: row.closing,
    detached: row.detachedAt !== null,
    head: row.externalHeadSha,
    pushed: row.pushedSha,
    built: row.builtSha,
    previous: contentOf(world.specsOfChangesets.get(row.previousSpecId ?? 0)),
    current: contentOf(world.specsOfChangesets.get(row.currentSpecId ?? 0)),
    begun: begunSpecs(row, world).map(contentOf),
    close: "close" in fate ? fate.close : undefined,
    associations: (world.associations.get(row.id) ?? [])
      .map(({ archive, archived, batchChangeId, detach }) => ({ archive, archived, batchChangeId, detach }))
      .toSorted((a, b) => a.batchChangeId - b.batchChangeId)
  }
}
