/**
 * The worker of bulk operations, for as long as the layer lives.
 */
import { Worker } from "@drover/core"
import { Effect, Layer } from "effect"
import { BulkStore } from "./BulkStore.ts"
import { processJob } from "./processJob.ts"

/** @category options */
export type BulkProcessorOptions = Pick<
  Worker.WorkerSettings,
  "concurrency" | "drainTimeout" | "interval" | "resetInterval" | "wakeUp" | "workerHostname"
>

/** 5 jobs at a time, none for longer than 10 minutes; its resetter is built with it. @category layers */
export const bulkProcessor = (options: BulkProcessorOptions = {}) =>
  Layer.unwrap(
    Effect.map(BulkStore, (store) =>
      Worker.layer({
        concurrency: 5,
        ...options,
        name: "batches_bulk_processor",
        store,
        handle: processJob,
        maximumRuntimePerJob: "10 minutes",
        // a job that was taken counts as being done: none is taken before it can be
        prefetch: 0
      })
    )
  )
