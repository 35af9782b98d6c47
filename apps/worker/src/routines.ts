/**
 * Everything the worker runs in the background.
 */
import { JobRuntime, Routine } from "@drover/core"
import {
  deleteUnusedBlobs,
  deliverWebhookHandler,
  recomputeBaseHandler,
  recomputeMergeabilityHandler,
  recomputeReviewDecisionHandler,
  recomputeUnknown,
  reindexCodeHandler,
  repairDeliveries,
  runDeliveryRetention,
  webhookGuard,
  WebhookSender
} from "@drover/handlers"
import * as BatchChanges from "@drover/handlers/batchChanges"
import { Effect, Layer } from "effect"
import { codeHosts } from "./codeHosts.ts"
import { WorkerConfig } from "./WorkerConfig.ts"

const jobs = Layer.unwrap(
  Effect.map(WorkerConfig, ({ concurrency, drainTimeout, wakeUp }) =>
    JobRuntime.layer({
      handlers: [
        recomputeMergeabilityHandler,
        recomputeBaseHandler,
        recomputeReviewDecisionHandler,
        reindexCodeHandler
      ],
      concurrency,
      drainTimeout,
      wakeUp,
      retention: { completed: "1 day", canceled: "1 day", failed: "30 days" }
    })
  )
)

const guard = Layer.unwrap(
  Effect.map(WorkerConfig, ({ webhookAllow }) => webhookGuard(webhookAllow, { setting: "DROVER_WEBHOOK_ALLOW" }))
)

/** By themselves: receivers that are slow, however many, hold up no computation. */
const deliveries = Layer.unwrap(
  Effect.map(WorkerConfig, ({ drainTimeout, wakeUp, webhookConcurrency }) =>
    JobRuntime.layer({
      name: "webhooks",
      handlers: [deliverWebhookHandler],
      concurrency: webhookConcurrency,
      drainTimeout,
      wakeUp,
      resetInterval: false // `jobs` does it for every kind
    })
  )
).pipe(Layer.provide(WebhookSender.layer()), Layer.provide(guard))

/** Repairs what no trigger told of: pushes that nobody recorded, computations that never came. */
const sweep = Routine.layer({
  name: "recompute-unknown",
  run: recomputeUnknown({ olderThan: "10 minutes", limit: 100 }),
  interval: "1 minute"
})

/** Deliveries whose jobs ended without a word. */
const lost = Routine.layer({ name: "repair-deliveries", run: repairDeliveries(), interval: "1 minute" })

/** Deliveries and events past their 30 days. */
const retention = Routine.layer({ name: "delivery-retention", run: runDeliveryRetention(), interval: "1 hour" })

/** Contents that no repository has any more. */
const unusedBlobs = Routine.layer({ name: "delete-unused-blobs", run: deleteUnusedBlobs(), interval: "1 hour" })

/** Batch changes, on this forge and on other hosts. */
const batchChanges = Layer.unwrap(
  Effect.map(WorkerConfig, ({ batchConcurrency, drainTimeout, executeSteps, stepConcurrency, wakeUp }) =>
    BatchChanges.routines({
      reconcilerConcurrency: batchConcurrency,
      bulkConcurrency: batchConcurrency,
      executeSteps: executeSteps ? { concurrency: stepConcurrency } : false,
      drainTimeout,
      wakeUp
    })
  )
).pipe(Layer.provide(codeHosts))

export const routines = Layer.mergeAll(jobs, deliveries, sweep, lost, retention, unusedBlobs, batchChanges)
