/**
 * Stops a bulk operation: what waits is canceled, what runs is asked to stop. What was done stays done.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { bulkOperations, changesetJobs } from "../../schema/bulkOperations.ts"
import type { OneBulkOperation } from "./bulkOperations.ts"
import { BulkStore } from "./BulkStore.ts"
import { holdOperation } from "./holdOperation.ts"

/** @category models */
export interface CanceledBulkOperation {
  /** Jobs that waited, and wait no more. */
  readonly canceled: number
  /** Jobs that run, and were asked to stop: one that has told its host already comes to its end. */
  readonly requested: number
}

/** Served by the primary key and `changeset_jobs_changeset_key`. @category operations */
export const cancelBulkOperation = Effect.fn("BulkOperations.cancel")(function* (one: OneBulkOperation) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  const store = yield* BulkStore
  return yield* transaction(
    Effect.gen(function* () {
      const { id } = yield* holdOperation(one)
      const { bulkOperationId, state } = changesetJobs
      const jobs = yield* run((db) =>
        db
          .select({ id: changesetJobs.id })
          .from(changesetJobs)
          .where(and(eq(bulkOperationId, id), sql`${state} in ('queued', 'errored', 'processing')`))
          .orderBy(changesetJobs.id)
      )
      const { canceled, requested } = yield* store.cancel(jobs.map((job) => job.id))
      if (canceled.length + requested.length > 0) {
        yield* run((db) => db.update(bulkOperations).set({ canceledAt: clock }).where(eq(bulkOperations.id, id)))
      }
      return { canceled: canceled.length, requested: requested.length } satisfies CanceledBulkOperation
    })
  )
})
