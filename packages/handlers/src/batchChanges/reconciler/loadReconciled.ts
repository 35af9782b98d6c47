/**
 * Reads all that a changeset is reconciled by. What should be there and is not is an error: a changeset that lost its
 * spec is not one that has nothing to do.
 *
 * Served by primary keys.
 */
import { Database } from "@drover/core"
import { eq, getTableColumns, inArray } from "drizzle-orm"
import { Effect } from "effect"
import type { Repository } from "../../repositories/findRepository.ts"
import { batchChanges } from "../../schema/batchChanges.ts"
import { changesetSpecs } from "../../schema/batchSpecs.ts"
import { changesets } from "../../schema/changesets.ts"
import { namespaces } from "../../schema/namespaces.ts"
import { repositories } from "../../schema/repositories.ts"
import { type ChangesetAssociation, associationsOf } from "../changesets/associations.ts"
import { ChangesetMissing, ChangesetRepositoryMissing, ChangesetSpecMissing } from "../changesets/ChangesetError.ts"
import { type Changeset, isId } from "../changesets/findChangeset.ts"
import type { LinkedBatchChange } from "./BatchChangeLinks.ts"

/** A spec without its diff, which may be large and is read by whoever pushes it. */
export type SpecHead = Omit<typeof changesetSpecs.$inferSelect, "diff">

export interface Reconciled {
  readonly changeset: Changeset
  readonly repository: Repository
  readonly associations: ReadonlyArray<ChangesetAssociation>
  readonly previous: SpecHead | undefined
  readonly current: SpecHead | undefined
  /** Others that were begun since the previous one was reached; undefined: it was deleted since. */
  readonly begun: ReadonlyArray<SpecHead | undefined>
  /** The batch change that makes it; undefined for one that is imported. */
  readonly owner: (LinkedBatchChange & { readonly lastApplierId: number | null }) | undefined
}

export const loadReconciled = Effect.fnUntraced(function* (changesetId: number) {
  const { run } = yield* Database
  const [row] = isId(changesetId)
    ? yield* run((db) =>
        db
          .select({
            changeset: getTableColumns(changesets),
            repository: getTableColumns(repositories),
            owner: {
              id: batchChanges.id,
              name: batchChanges.name,
              lastApplierId: batchChanges.lastApplierId
            },
            namespace: namespaces.name
          })
          .from(changesets)
          .leftJoin(repositories, eq(repositories.id, changesets.repositoryId))
          .leftJoin(batchChanges, eq(batchChanges.id, changesets.ownerId))
          .leftJoin(namespaces, eq(namespaces.id, batchChanges.namespaceId))
          .where(eq(changesets.id, changesetId))
      )
    : []
  if (row === undefined) return yield* new ChangesetMissing({ changesetId })
  const { changeset, namespace, owner, repository } = row
  if (repository === null || repository.deletedAt !== null) {
    return yield* new ChangesetRepositoryMissing({ changesetId, repositoryId: changeset.repositoryId })
  }
  const { diff: _, ...columns } = getTableColumns(changesetSpecs)
  const { begunSpecIds, currentSpecId, previousSpecId } = changeset
  const ids = [previousSpecId, currentSpecId, ...begunSpecIds].filter((id) => id !== null)
  const specs =
    ids.length === 0
      ? []
      : yield* run((db) => db.select(columns).from(changesetSpecs).where(inArray(changesetSpecs.id, ids)))
  const spec = Effect.fnUntraced(function* (which: "previous" | "current", specId: number | null) {
    if (specId === null) return undefined
    return specs.find(({ id }) => id === specId) ?? (yield* new ChangesetSpecMissing({ changesetId, specId, which }))
  })
  const loaded: Reconciled = {
    changeset,
    repository,
    associations: yield* associationsOf([changesetId]),
    previous: yield* spec("previous", previousSpecId),
    current: yield* spec("current", currentSpecId),
    begun: begunSpecIds.filter((id) => id !== currentSpecId).map((id) => specs.find((each) => each.id === id)),
    owner: owner === null ? undefined : { ...owner, namespace: namespace ?? "" }
  }
  return loaded
})
