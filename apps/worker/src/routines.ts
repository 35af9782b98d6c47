/**
 * Everything the worker runs in the background.
 */
import { JobRuntime, Routine } from "@drover/core"
import { recomputeBaseHandler, recomputeMergeabilityHandler, recomputeUnknown } from "@drover/handlers"
import { Effect, Layer } from "effect"
import { WorkerConfig } from "./WorkerConfig.ts"

const jobs = Layer.unwrap(
  Effect.map(WorkerConfig, ({ concurrency, drainTimeout, wakeUp }) =>
    JobRuntime.layer({
      handlers: [recomputeMergeabilityHandler, recomputeBaseHandler],
      concurrency,
      drainTimeout,
      wakeUp,
      retention: { completed: "1 day", canceled: "1 day", failed: "30 days" }
    })
  )
)

/** Repairs what no trigger told of: pushes that nobody recorded, computations that never came. */
const sweep = Routine.layer({
  name: "recompute-unknown",
  run: recomputeUnknown({ olderThan: "10 minutes", limit: 100 }),
  interval: "1 minute"
})

export const routines = Layer.merge(jobs, sweep)
