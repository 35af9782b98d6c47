/**
 * Bulk operations that came to their end long ago: first their jobs, some at a time, then they themselves. What a changeset
 * was told stays in its events.
 */
import type { Drizzle } from "@drover/core"
import { and, eq, gte, inArray, lt, or, type SQL, sql } from "drizzle-orm"
import { bulkOperations, changesetJobs } from "../../schema/bulkOperations.ts"
import { one, thereIs, thereIsNo } from "./wanted.ts"

const theirs = eq(changesetJobs.bulkOperationId, bulkOperations.id)

const jobsThat = (db: Drizzle, condition?: SQL) => db.select(one).from(changesetJobs).where(and(theirs, condition))

/** Nothing of it waits or is being done, and nothing of it was since. One that was resumed is as young as its last job. */
const ended = (db: Drizzle, before: SQL): SQL =>
  thereIsNo(
    jobsThat(
      db,
      or(inArray(changesetJobs.state, ["queued", "errored", "processing"]), gte(changesetJobs.finishedAt, before))
    )
  )

/** Those that still have jobs. Served by `bulk_operations_created_idx` and `changeset_jobs_changeset_key`. */
export const holdOldOperations = (db: Drizzle, before: SQL, size: number) =>
  db
    .select({ id: bulkOperations.id })
    .from(bulkOperations)
    .where(and(lt(bulkOperations.createdAt, before), ended(db, before), thereIs(jobsThat(db))))
    .orderBy(bulkOperations.createdAt)
    .limit(size)
    .for("update", { skipLocked: true })

/** Of those that are held, which nobody resumed before they were. Served by the primary key and `changeset_jobs_changeset_key`. */
export const stillEnded = (db: Drizzle, before: SQL, ids: ReadonlyArray<number>) =>
  db
    .select({ id: bulkOperations.id })
    .from(bulkOperations)
    .where(and(inArray(bulkOperations.id, [...ids]), ended(db, before)))

/** Served by `changeset_jobs_changeset_key`. */
export const deleteJobs = (db: Drizzle, operationIds: ReadonlyArray<number>, size: number) =>
  db
    .delete(changesetJobs)
    .where(
      sql`${changesetJobs}.ctid = any(array(${db
        .select({ ctid: sql`${changesetJobs}.ctid` })
        .from(changesetJobs)
        .where(inArray(changesetJobs.bulkOperationId, [...operationIds]))
        .limit(size)
        .for("update", { skipLocked: true })}))`
    )
    .returning({ id: changesetJobs.id })

/**
 * Those that have no jobs any more, or none since their changesets are gone: none is ever added to one. Served by
 * `bulk_operations_created_idx` and `changeset_jobs_changeset_key`.
 */
export const oldOperations = (db: Drizzle, before: SQL, size: number) =>
  db
    .delete(bulkOperations)
    .where(
      sql`${bulkOperations}.ctid = any(array(${db
        .select({ ctid: sql`${bulkOperations}.ctid` })
        .from(bulkOperations)
        .where(and(lt(bulkOperations.createdAt, before), thereIsNo(jobsThat(db))))
        .orderBy(bulkOperations.createdAt)
        .limit(size)
        .for("update", { skipLocked: true })}))`
    )
    .returning({ id: bulkOperations.id })
