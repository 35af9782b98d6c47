/**
 * Everything the worker runs in the background.
 */
import { JobRuntime } from "@drover/core"
import { recomputeMergeabilityHandler } from "@drover/handlers"
import { Effect, Layer } from "effect"
import { WorkerConfig } from "./WorkerConfig.ts"

export const routines = Layer.unwrap(
  Effect.map(WorkerConfig, ({ concurrency, drainTimeout, wakeUp }) =>
    JobRuntime.layer({
      handlers: [recomputeMergeabilityHandler],
      concurrency,
      drainTimeout,
      wakeUp,
      retention: { completed: "1 day", canceled: "1 day", failed: "30 days" }
    })
  )
)
