/**
 * The queue of changesets that are to be reconciled, for whoever enqueues and for the worker.
 */
import { Order, RetryPolicy, WorkStore } from "@drover/core"
import { Context, Layer, Schedule } from "effect"
import { changesets, reconcilerChangesets as view } from "../../schema/changesets.ts"

/** @category models */
export type ReconcilerChangeset = typeof view.$inferSelect

const make = WorkStore.make({
  name: "batches_reconciler",
  table: changesets,
  view,
  columns: { state: changesets.reconcilerState },
  orderBy: [Order.asc(view.turn), Order.asc(view.id)],
  stalledMaxAge: "60 seconds",
  maxNumResets: 60,
  retry: RetryPolicy.make({
    attempts: 60,
    delay: Schedule.min([Schedule.exponential("5 seconds"), Schedule.spaced("10 minutes")]).pipe(Schedule.jittered)
  })
})

/** @category services */
export class ReconcilerStore extends Context.Service<
  ReconcilerStore,
  WorkStore.WorkStore<ReconcilerChangeset, number, "reconciler_changesets", typeof changesets.$inferInsert>
>()("@drover/handlers/batchChanges/ReconcilerStore") {
  static readonly layer = Layer.effect(ReconcilerStore, make)
}
