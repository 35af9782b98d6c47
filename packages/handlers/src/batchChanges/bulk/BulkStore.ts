/**
 * The queue of bulk jobs, for whoever enqueues and for the worker.
 */
import { Order, RetryPolicy, WorkStore } from "@drover/core"
import { Context, Layer, Schedule } from "effect"
import { changesetJobs } from "../../schema/bulkOperations.ts"

/** @category models */
export type ChangesetJob = typeof changesetJobs.$inferSelect

const make = WorkStore.make({
  name: "batches_bulk_processor",
  table: changesetJobs,
  orderBy: [Order.asc(changesetJobs.turn), Order.asc(changesetJobs.id)],
  stalledMaxAge: "60 seconds",
  maxNumResets: 60,
  retry: RetryPolicy.make({
    attempts: 10,
    delay: Schedule.min([Schedule.exponential("5 seconds"), Schedule.spaced("10 minutes")]).pipe(Schedule.jittered)
  })
})

/** @category services */
export class BulkStore extends Context.Service<
  BulkStore,
  WorkStore.WorkStore<ChangesetJob, number, "changeset_jobs", typeof changesetJobs.$inferInsert>
>()("@drover/handlers/batchChanges/BulkStore") {
  static readonly layer = Layer.effect(BulkStore, make)
}
