/**
 * The worker that brings changesets to what their specs say, with its resetter.
 *
 * Its metrics are Drover's own for a worker and a store, under the names `batches_reconciler_worker` and
 * `batches_reconciler`: durations, totals and errors of each operation, handlers that run, resets and what became of
 * them.
 */
import { Worker } from "@drover/core"
import { Effect, Layer } from "effect"
import { ReconcilerStore } from "../changesets/ReconcilerStore.ts"
import { reconcileChangeset } from "./reconcileChangeset.ts"

/**
 * Five changesets at a time unless told otherwise, and none taken ahead: one that is held cannot be changed by others.
 *
 * @category layers
 */
export const reconcilerWorker = (settings: Omit<Worker.WorkerSettings, "batchSize" | "ownership"> = {}) =>
  Layer.unwrap(
    Effect.map(ReconcilerStore, (store) =>
      Worker.layer({
        name: "batches_reconciler_worker",
        concurrency: 5,
        prefetch: 0,
        ...settings,
        store,
        handle: reconcileChangeset
      })
    )
  )
