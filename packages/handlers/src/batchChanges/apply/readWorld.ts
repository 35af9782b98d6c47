/**
 * Reads all that is decided from when a batch spec is applied. With `lock`, inside a transaction, the changesets are
 * held: nobody claims, publishes or changes them until it ends.
 *
 * Served by the primary keys, `changeset_specs_batch_spec_idx`, `changeset_associations_batch_change_idx`,
 * `changesets_owner_idx`, `changesets_repository_idx` and `changesets_external_key`.
 */
import { Database, type Drizzle } from "@drover/core"
import { and, asc, eq, getTableColumns, inArray } from "drizzle-orm"
import { union } from "drizzle-orm/pg-core"
import { Effect } from "effect"
import { batchChanges } from "../../schema/batchChanges.ts"
import { changesetSpecs } from "../../schema/batchSpecs.ts"
import { changesetAssociations as associations, changesets } from "../../schema/changesets.ts"
import type { BatchSpecRow } from "../specs/BatchSpecRow.ts"
import type { BatchChange } from "./Applied.ts"
import { isAnyOf } from "./isAnyOf.ts"
import { readRepositories } from "./readRepositories.ts"
import type { World } from "./World.ts"

const { diff: _, ...specHead } = getTableColumns(changesetSpecs)

export const readWorld = Effect.fnUntraced(function* (
  { actorId, batchChange, batchSpec }: Pick<World, "actorId" | "batchChange" | "batchSpec">,
  { lock }: { readonly lock: boolean }
) {
  const { run } = yield* Database
  const rows = yield* run((db) => {
    const query = db
      .select()
      .from(changesets)
      .where(inArray(changesets.id, selectConcerned(db, batchSpec, batchChange)))
      .orderBy(asc(changesets.id))
    return lock ? query.for("no key update", { of: changesets }) : query
  })
  const specs = yield* run((db) =>
    db
      .select(specHead)
      .from(changesetSpecs)
      .where(eq(changesetSpecs.batchSpecId, batchSpec.id))
      .orderBy(asc(changesetSpecs.id))
  )
  const ids = rows.map(({ id }) => id)
  const linked = yield* run((db) => db.select().from(associations).where(isAnyOf(associations.changesetId, ids)))
  const specIds = rows.flatMap(({ begunSpecIds, currentSpecId, previousSpecId }) => [
    currentSpecId ?? 0,
    previousSpecId ?? 0,
    ...begunSpecIds
  ])
  const ofChangesets = yield* run((db) =>
    db.select(specHead).from(changesetSpecs).where(isAnyOf(changesetSpecs.id, specIds))
  )
  const owners = yield* run((db) =>
    db
      .select({ id: batchChanges.id, name: batchChanges.name })
      .from(batchChanges)
      .where(
        isAnyOf(
          batchChanges.id,
          rows.flatMap(({ ownerId }) => ownerId ?? [])
        )
      )
  )
  const world: World = {
    actorId,
    batchSpec,
    batchChange,
    specs,
    changesets: rows,
    associations: Map.groupBy(linked, ({ changesetId }) => changesetId),
    specsOfChangesets: new Map(ofChangesets.map((spec) => [spec.id, spec])),
    repositories: yield* readRepositories(
      [...specs, ...rows].map(({ repositoryId }) => repositoryId),
      actorId
    ),
    owners: new Map(owners.map(({ id, name }) => [id, name]))
  }
  return world
})

/** The ids of the changesets that a batch spec may have to do with. */
export const selectConcerned = (
  db: Drizzle,
  { id }: Pick<BatchSpecRow, "id">,
  batchChange: Pick<BatchChange, "id"> | undefined
) => {
  const batchChangeId = batchChange?.id ?? 0
  const named = (kind: "branch" | "import") =>
    db
      .select({ id: changesets.id })
      .from(changesetSpecs)
      .innerJoin(
        changesets,
        and(
          eq(changesets.repositoryId, changesetSpecs.repositoryId),
          kind === "branch"
            ? eq(changesets.headRef, changesetSpecs.headRef)
            : eq(changesets.externalId, changesetSpecs.externalId)
        )
      )
      .where(and(eq(changesetSpecs.batchSpecId, id), eq(changesetSpecs.kind, kind)))
  return union(
    db.select({ id: associations.changesetId }).from(associations).where(eq(associations.batchChangeId, batchChangeId)),
    db.select({ id: changesets.id }).from(changesets).where(eq(changesets.ownerId, batchChangeId)),
    named("branch"),
    named("import")
  )
}
