/**
 * Deletes what batch changes leave behind: results of steps that nobody used again, workspaces of specs whose time is over,
 * old lines of the reconciler's log, bulk operations that ended long ago, budgets of hosts that nobody asks any more, which webhooks of hosts were heard.
 * In batches that an index serves; what one worker holds, another passes by.
 */
import { Database, DatabaseClock, type DatabaseError, type Drizzle } from "@drover/core"
import { and, eq, inArray, isNotNull, lt, or, type SQL, sql } from "drizzle-orm"
import { alias } from "drizzle-orm/pg-core"
import { type Duration, Effect } from "effect"
import { batchSpecs } from "../../schema/batchChanges.ts"
import { batchSpecWorkspaces, stepResults } from "../../schema/batchSpecs.ts"
import { changesets, changesetSteps } from "../../schema/changesets.ts"
import { ago } from "../ago.ts"
import { type Batches, inBatches } from "./inBatches.ts"
import { oldHostDeliveries } from "./oldHostDeliveries.ts"
import { deleteJobs, holdOldOperations, oldOperations, stillEnded } from "./oldBulkOperations.ts"
import { unusedBudgets } from "./unusedBudgets.ts"
import { noBatchChangeHasIt, one, thereIs } from "./wanted.ts"

/** @category options */
export interface BatchChangeRetention extends Batches {
  /** How long the results of steps are kept that nothing used. Defaults to 7 days. */
  readonly stepResults?: Duration.Input | undefined
  /** How long the workspaces, with their logs, of a completed spec are kept that is no batch change's. Defaults to 7 days. */
  readonly workspaces?: Duration.Input | undefined
  /** How long it is kept what the reconciler did to hosts. Defaults to 30 days. */
  readonly changesetSteps?: Duration.Input | undefined
  /** How long bulk operations, with their jobs, are kept after the last job ended. Defaults to 90 days. */
  readonly bulkOperations?: Duration.Input | undefined
  /** How long it is known which webhooks of hosts were heard. Defaults to 3 days. */
  readonly hostDeliveries?: Duration.Input | undefined
}

/** How many are gone. @category models */
export interface DeletedOfBatchChanges {
  readonly stepResults: number
  readonly workspaces: number
  readonly changesetSteps: number
  readonly changesetJobs: number
  readonly bulkOperations: number
  readonly hostBudgets: number
  readonly hostDeliveries: number
}

/** Served by `step_results_last_used_idx`. */
export const unusedResults = (db: Drizzle, unusedSince: SQL, size: number) =>
  db
    .delete(stepResults)
    .where(
      sql`${stepResults}.ctid = any(array(${db
        .select({ ctid: sql`${stepResults}.ctid` })
        .from(stepResults)
        .where(lt(stepResults.lastUsedAt, unusedSince))
        .orderBy(stepResults.lastUsedAt)
        .limit(size)
        .for("update", { skipLocked: true })}))`
    )
    .returning({ key: stepResults.key })

const ended = inArray(batchSpecWorkspaces.state, ["completed", "failed", "canceled"])

/**
 * Of completed specs: their changeset specs have all that came of them. Served by `batch_specs_created_idx`,
 * `batch_changes_batch_spec_idx` and `batch_spec_workspaces_spec_idx`.
 */
export const oldSpecsWithWorkspaces = (db: Drizzle, createdBefore: SQL, size: number) =>
  db
    .select({ id: batchSpecs.id })
    .from(batchSpecs)
    .where(
      and(
        lt(batchSpecs.createdAt, createdBefore),
        isNotNull(batchSpecs.completedAt),
        noBatchChangeHasIt(db),
        thereIs(
          db
            .select(one)
            .from(batchSpecWorkspaces)
            .where(and(eq(batchSpecWorkspaces.batchSpecId, batchSpecs.id), ended))
        )
      )
    )
    .orderBy(batchSpecs.createdAt)
    .limit(size)
    .for("update", { skipLocked: true })

/** Served by `batch_spec_workspaces_spec_idx`. */
const deleteWorkspaces = (db: Drizzle, batchSpecIds: ReadonlyArray<number>, size: number) =>
  db
    .delete(batchSpecWorkspaces)
    .where(
      sql`${batchSpecWorkspaces}.ctid = any(array(${db
        .select({ ctid: sql`${batchSpecWorkspaces}.ctid` })
        .from(batchSpecWorkspaces)
        .where(and(inArray(batchSpecWorkspaces.batchSpecId, [...batchSpecIds]), ended))
        .limit(size)
        .for("update", { skipLocked: true })}))`
    )
    .returning({ id: batchSpecWorkspaces.id })

/**
 * Of changesets that are at rest. A step that has no end says what its worker may have done: it stays until a later one of the
 * same changeset is done. Served by `changeset_steps_started_idx`, the primary key of changesets and `changeset_steps_changeset_idx`.
 */
export const oldSteps = (db: Drizzle, startedBefore: SQL, size: number) => {
  const later = alias(changesetSteps, "later")
  return db
    .delete(changesetSteps)
    .where(
      sql`${changesetSteps}.ctid = any(array(${db
        .select({ ctid: sql`${changesetSteps}.ctid` })
        .from(changesetSteps)
        .where(
          and(
            lt(changesetSteps.startedAt, startedBefore),
            thereIs(
              db
                .select(one)
                .from(changesets)
                .where(
                  and(
                    eq(changesets.id, changesetSteps.changesetId),
                    inArray(changesets.reconcilerState, ["completed", "failed", "canceled"])
                  )
                )
            ),
            or(
              isNotNull(changesetSteps.endedAt),
              thereIs(
                db
                  .select(one)
                  .from(later)
                  .where(
                    and(
                      eq(later.changesetId, changesetSteps.changesetId),
                      sql`${later.id} > ${changesetSteps.id}`,
                      eq(later.outcome, "done")
                    )
                  )
              )
            )
          )
        )
        .orderBy(changesetSteps.startedAt)
        .limit(size)
        .for("update", { of: changesetSteps, skipLocked: true })}))`
    )
    .returning({ id: changesetSteps.id })
}

const idsOf = (rows: ReadonlyArray<{ readonly id: number }>) => rows.map(({ id }) => id)

/** Operations whose jobs are deleted in one transaction: each may have thousands, and all of them are looked at. */
const OPERATIONS = 20

/** To be run from time to time. @category operations */
export const runBatchChangeRetention = Effect.fn("BatchChanges.retention")(function* (
  options: BatchChangeRetention = {}
): Effect.fn.Return<DeletedOfBatchChanges, DatabaseError, Database> {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  const workspacesBefore = ago(clock, options.workspaces ?? "7 days")
  const stepsBefore = ago(clock, options.changesetSteps ?? "30 days")
  const unusedSince = ago(clock, options.stepResults ?? "7 days")
  const endedBefore = ago(clock, options.bulkOperations ?? "90 days")
  const heardBefore = ago(clock, options.hostDeliveries ?? "3 days")
  const count = Effect.map((rows: ReadonlyArray<unknown>) => rows.length)
  return {
    stepResults: yield* inBatches(options, (size) => count(run((db) => unusedResults(db, unusedSince, size)))),
    workspaces: yield* inBatches(options, (size) =>
      transaction(
        Effect.gen(function* () {
          const specs = yield* run((db) => oldSpecsWithWorkspaces(db, workspacesBefore, 100))
          return specs.length === 0 ? 0 : yield* count(run((db) => deleteWorkspaces(db, idsOf(specs), size)))
        })
      )
    ),
    changesetSteps: yield* inBatches(options, (size) => count(run((db) => oldSteps(db, stepsBefore, size)))),
    changesetJobs: yield* inBatches(options, (size) =>
      transaction(
        Effect.gen(function* () {
          const held = yield* run((db) => holdOldOperations(db, endedBefore, OPERATIONS))
          if (held.length === 0) return 0
          const old = yield* run((db) => stillEnded(db, endedBefore, idsOf(held)))
          return old.length === 0 ? 0 : yield* count(run((db) => deleteJobs(db, idsOf(old), size)))
        })
      )
    ),
    bulkOperations: yield* inBatches(options, (size) => count(run((db) => oldOperations(db, endedBefore, size)))),
    hostBudgets: yield* inBatches(options, (size) => count(run((db) => unusedBudgets(db, clock, size)))),
    hostDeliveries: yield* inBatches(options, (size) => count(run((db) => oldHostDeliveries(db, heardBefore, size))))
  }
})
