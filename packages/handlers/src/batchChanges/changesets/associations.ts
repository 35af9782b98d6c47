/**
 * What batch changes have to do with changesets: asked of the reconciler here, and done by it.
 *
 * Every write joins the ambient transaction, and changes only the columns that it is about: a batch change that takes a
 * changeset back while the reconciler lets go of it keeps it. Enqueue the changesets in the same transaction.
 */
import { Database, type DatabaseError } from "@drover/core"
import { and, asc, eq, inArray, sql } from "drizzle-orm"
import { Effect } from "effect"
import { changesetAssociations as associations } from "../../schema/changesets.ts"
import { recordChangesetEvents } from "./recordChangesetEvent.ts"

/** @category models */
export type ChangesetAssociation = typeof associations.$inferSelect

/** @category options */
export interface AssociationsOf {
  readonly batchChangeId: number
  readonly changesetIds: ReadonlyArray<number>
}

/** Of these changesets, by changeset and batch change. Served by the primary key. @category operations */
export const associationsOf = Effect.fnUntraced(function* (
  changesetIds: ReadonlyArray<number>
): Effect.fn.Return<ReadonlyArray<ChangesetAssociation>, DatabaseError, Database> {
  if (changesetIds.length === 0) return []
  const { run } = yield* Database
  return yield* run((db) =>
    db
      .select()
      .from(associations)
      .where(inArray(associations.changesetId, [...changesetIds]))
      .orderBy(asc(associations.changesetId), asc(associations.batchChangeId))
  )
})

/** @category options */
export interface AttachChangesets extends AssociationsOf {
  /** What it is part of, so that the same attaching is told once: of an applied spec, its id. */
  readonly key: string
  readonly actorId?: number | null | undefined
}

/** Attaches changesets to a batch change, or takes back what it was to let go of or had put away. @category operations */
export const attachChangesets = Effect.fn("Changesets.attach")(function* ({
  actorId,
  batchChangeId,
  changesetIds,
  key
}: AttachChangesets) {
  if (changesetIds.length === 0) return
  const { run } = yield* Database
  yield* run((db) =>
    db
      .insert(associations)
      .values(changesetIds.map((changesetId) => ({ changesetId, batchChangeId })))
      .onConflictDoUpdate({
        target: [associations.changesetId, associations.batchChangeId],
        set: { detach: false, archive: false, archived: false }
      })
  )
  yield* recordChangesetEvents(
    changesetIds.map((changesetId) => ({
      changesetId,
      kind: "attached",
      key: `${batchChangeId}:${key}`,
      actorId,
      payload: { batchChangeId }
    }))
  )
})

/** Asks for changesets to be let go of. Gives those that the batch change has. @category operations */
export const askToDetach = (of: AssociationsOf) => ask(of, { detach: true })

/** Asks for changesets to be put away, unless they are. Gives those that the batch change has. @category operations */
export const askToArchive = (of: AssociationsOf) => ask(of, { archive: sql`not ${associations.archived}` })

const ask = Effect.fnUntraced(function* (
  { batchChangeId, changesetIds }: AssociationsOf,
  set: { readonly detach: true } | { readonly archive: ReturnType<typeof sql> }
) {
  if (changesetIds.length === 0) return []
  const { run } = yield* Database
  const rows = yield* run((db) =>
    db
      .update(associations)
      .set(set)
      .where(and(eq(associations.batchChangeId, batchChangeId), inArray(associations.changesetId, [...changesetIds])))
      .returning({ changesetId: associations.changesetId })
  )
  return rows.map(({ changesetId }) => changesetId)
})
