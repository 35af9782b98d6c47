/**
 * Everything that batch changes do in the background, as one layer.
 */
import type { Database } from "@drover/core"
import { Effect, Layer } from "effect"
import { bulkProcessor, type BulkProcessorOptions } from "./bulk/bulkProcessor.ts"
import { BulkStore } from "./bulk/BulkStore.ts"
import { ReconcilerStore } from "./changesets/ReconcilerStore.ts"
import { workspaceWorker, type WorkspaceWorkerOptions } from "./execution/workspaceWorker.ts"
import { WorkspaceStore } from "./execution/WorkspaceStore.ts"
import { type ExpireSpecs } from "./expiry/expireSpecs.ts"
import { batchChangeRetention, type Every, specExpiry } from "./expiry/routines.ts"
import type { BatchChangeRetention } from "./expiry/retention.ts"
import { hostedBranches, type HostedBranches } from "./hosted/hostedBranches.ts"
import { reconcilerWorker } from "./reconciler/reconcilerWorker.ts"
import { makeChangesetSpecs } from "./specs/makeChangesetSpecs.ts"
import { changesetSync, type ChangesetSync } from "./sync/changesetSync.ts"

/** @category options */
export interface BatchChangeRoutines extends Pick<BulkProcessorOptions, "drainTimeout" | "wakeUp"> {
  /** Changesets that are reconciled at a time. Defaults to 5. */
  readonly reconcilerConcurrency?: number | undefined
  /** Jobs of bulk operations at a time. Defaults to 5. */
  readonly bulkConcurrency?: number | undefined
  /**
   * Runs the steps of batch specs in this process: programs of whoever may write a spec, with this process's rights on
   * its host. Defaults to false: they run where the spec is previewed.
   */
  readonly executeSteps?: boolean | Omit<WorkspaceWorkerOptions, "onSpecEnded"> | undefined
  readonly expiry?: (ExpireSpecs & Every) | undefined
  readonly retention?: (BatchChangeRetention & Every) | undefined
  readonly sync?: ChangesetSync | undefined
  readonly hosted?: HostedBranches | undefined
}

/**
 * The reconciler, the bulk processor, and where it is allowed a worker for steps, each with its resetter; the expiry of specs, retention,
 * and the look at pull requests, and at branches of hosted repositories. Any number of processes may run it.
 *
 * Metrics are Drover's own of stores and workers: see docs/guides/operate.md.
 *
 * @category layers
 */
export const routines = (options: BatchChangeRoutines = {}) => {
  const { drainTimeout, executeSteps = false, wakeUp } = options
  const steps = typeof executeSteps === "object" ? executeSteps : {}
  return Layer.mergeAll(
    reconcilerWorker({ drainTimeout, wakeUp, ...atATime(options.reconcilerConcurrency) }),
    bulkProcessor({ drainTimeout, wakeUp, ...atATime(options.bulkConcurrency) }),
    specExpiry(options.expiry),
    batchChangeRetention(options.retention),
    changesetSync(options.sync),
    hostedBranches(options.hosted),
    executeSteps === false
      ? Layer.empty
      : workspaceWorker<Database>({
          drainTimeout,
          ...steps,
          onSpecEnded: (batchSpecId) => makeChangesetSpecs(batchSpecId)
        })
  )
}

/** What is left out keeps its default. */
const atATime = (concurrency: number | undefined) => (concurrency === undefined ? {} : { concurrency })

/** The queues of batch changes, for whoever enqueues, works, or measures. @category layers */
export const stores = Layer.mergeAll(ReconcilerStore.layer, BulkStore.layer, WorkspaceStore.layer)

/** The same queues, for gauges. @category getters */
export const queues = Effect.all([ReconcilerStore, BulkStore, WorkspaceStore])
