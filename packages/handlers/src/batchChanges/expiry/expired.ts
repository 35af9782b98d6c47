/**
 * Which specs are past their time. Each is found and held first, and deleted by a second statement that looks again: what
 * came to need a spec in between is seen, and who comes later waits and finds it gone. What somebody holds is passed by.
 */
import type { Drizzle } from "@drover/core"
import { and, eq, inArray, isNull, lt, not, or, type SQL, sql } from "drizzle-orm"
import { batchSpecs } from "../../schema/batchChanges.ts"
import { batchSpecWorkspaces, changesetSpecs } from "../../schema/batchSpecs.ts"
import { noBatchChangeHasIt, noChangesetHasIt, one, thereIs, thereIsNo } from "./wanted.ts"

/** What is older than these moments. */
export interface Cutoffs {
  /** Of changeset specs that are attached to no batch spec. */
  readonly unattached: SQL
  /** Of batch specs, and of their changeset specs. */
  readonly batchSpec: SQL
  /** Of the changeset specs that Drover made itself. */
  readonly createdFromRaw: SQL
}

type Ids = ReadonlyArray<number>

/** Never attached to a batch spec. Served by `changeset_specs_batch_spec_idx`. */
export const holdUnattached = (db: Drizzle, { unattached }: Cutoffs, size: number) =>
  db
    .select({ id: changesetSpecs.id })
    .from(changesetSpecs)
    .where(and(isNull(changesetSpecs.batchSpecId), lt(changesetSpecs.createdAt, unattached), noChangesetHasIt(db)))
    .limit(size)
    .for("update", { skipLocked: true })

const unwanted = (db: Drizzle, { batchSpec }: Cutoffs) =>
  and(lt(changesetSpecs.createdAt, batchSpec), noChangesetHasIt(db))

/**
 * Batch specs that are no batch change's, with changeset specs that are no changeset's. What Drover made itself cost it time:
 * that is kept for longer. Served by `batch_specs_created_idx` and `changeset_specs_batch_spec_idx`.
 */
export const holdUnapplied = (db: Drizzle, cutoffs: Cutoffs, size: number) =>
  db
    .select({ id: batchSpecs.id })
    .from(batchSpecs)
    .where(
      and(
        lt(batchSpecs.createdAt, cutoffs.batchSpec),
        or(not(batchSpecs.createdFromRaw), lt(batchSpecs.createdAt, cutoffs.createdFromRaw)),
        noBatchChangeHasIt(db),
        thereIs(
          db
            .select(one)
            .from(changesetSpecs)
            .where(and(eq(changesetSpecs.batchSpecId, batchSpecs.id), unwanted(db, cutoffs)))
        )
      )
    )
    .orderBy(batchSpecs.createdAt)
    .limit(size)
    .for("update", { skipLocked: true })

/** Of those batch specs. Served by `changeset_specs_batch_spec_idx`. */
export const holdUnwanted = (db: Drizzle, cutoffs: Cutoffs, batchSpecIds: Ids, size: number) =>
  db
    .select({ id: changesetSpecs.id })
    .from(changesetSpecs)
    .where(and(inArray(changesetSpecs.batchSpecId, [...batchSpecIds]), unwanted(db, cutoffs)))
    .limit(size)
    .for("update", { skipLocked: true })

/** Of those that are held, what still nobody has. Served by the primary key. */
export const deleteChangesetSpecs = (db: Drizzle, ids: Ids) =>
  db
    .delete(changesetSpecs)
    .where(
      and(
        inArray(changesetSpecs.id, [...ids]),
        noBatchChangeHasIt(db, changesetSpecs.batchSpecId),
        noChangesetHasIt(db)
      )
    )
    .returning({ id: changesetSpecs.id })

/** Nothing is left of it, and nobody works on it. */
const nothingLeft = (db: Drizzle) =>
  and(
    noBatchChangeHasIt(db),
    thereIsNo(db.select(one).from(changesetSpecs).where(eq(changesetSpecs.batchSpecId, batchSpecs.id))),
    thereIsNo(
      db
        .select(one)
        .from(batchSpecWorkspaces)
        .where(
          and(
            eq(batchSpecWorkspaces.batchSpecId, batchSpecs.id),
            sql`${batchSpecWorkspaces.state} in ('queued', 'processing', 'errored')`
          )
        )
    )
  )

/** Served by `batch_specs_created_idx`, `changeset_specs_batch_spec_idx` and `batch_spec_workspaces_spec_idx`. */
export const holdBatchSpecs = (db: Drizzle, { batchSpec }: Cutoffs, size: number) =>
  db
    .select({ id: batchSpecs.id })
    .from(batchSpecs)
    .where(and(lt(batchSpecs.createdAt, batchSpec), nothingLeft(db)))
    .orderBy(batchSpecs.createdAt)
    .limit(size)
    .for("update", { skipLocked: true })

/** With their workspaces. Served by the primary key. */
export const deleteBatchSpecs = (db: Drizzle, ids: Ids) =>
  db
    .delete(batchSpecs)
    .where(and(inArray(batchSpecs.id, [...ids]), nothingLeft(db)))
    .returning({ id: batchSpecs.id })
