/**
 * What is deleted, as routines.
 */
import { Routine } from "@drover/core"
import { type Duration, Effect, Metric } from "effect"
import { type ExpireSpecs, expireSpecs } from "./expireSpecs.ts"
import { type BatchChangeRetention, runBatchChangeRetention } from "./retention.ts"

const deleted = Metric.counter("drover_batches_deletes_total", {
  incremental: true,
  description: "Rows of batch changes deleted after their time, by what they were"
})

const tell = (counts: Readonly<Record<string, number>>) =>
  Effect.forEach(Object.entries(counts), ([what, count]) =>
    Metric.update(Metric.withAttributes(deleted, { what }), count)
  )

/** @category options */
export interface Every {
  /** From the end of one run to the start of the next. Defaults to 1 hour. */
  readonly interval?: Duration.Input | undefined
}

/** Expires specs at start, and then every hour. @category layers */
export const specExpiry = ({ interval = "1 hour", ...options }: ExpireSpecs & Every = {}) =>
  Routine.layer({
    name: "expire batch changes specs",
    run: Effect.tap(expireSpecs(options), ({ batchSpecs, changesetSpecs }) =>
      tell({ batch_specs: batchSpecs, changeset_specs: changesetSpecs })
    ),
    interval
  })

/** Deletes what batch changes leave behind, at start, and then every hour. @category layers */
export const batchChangeRetention = ({ interval = "1 hour", ...options }: BatchChangeRetention & Every = {}) =>
  Routine.layer({
    name: "batch-change-retention",
    run: Effect.tap(runBatchChangeRetention(options), (gone) =>
      tell({
        bulk_operations: gone.bulkOperations,
        changeset_jobs: gone.changesetJobs,
        changeset_steps: gone.changesetSteps,
        host_budgets: gone.hostBudgets,
        host_deliveries: gone.hostDeliveries,
        step_results: gone.stepResults,
        workspaces: gone.workspaces
      })
    ),
    interval
  })
