/** What the worker does for batch changes, beside the commands of a test. */
import { Database, JobQueue, JobRuntime } from "@drover/core"
import { Git } from "@drover/git"
import { recomputeMergeabilityHandler, recomputeReviewDecisionHandler, reindexCodeHandler } from "@drover/handlers"
import * as BatchChanges from "@drover/handlers/batchChanges"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Layer, ManagedRuntime, Redacted, References } from "effect"

/** Works until it is disposed of. */
export const startBatchWorker = async (url: string) => {
  const services = Layer.mergeAll(JobQueue.layer, Git.layer(), BatchChanges.stores).pipe(
    Layer.provideMerge(Database.layer({ url: Redacted.make(url) })),
    Layer.provideMerge(NodeServices.layer),
    Layer.provideMerge(Layer.succeed(References.MinimumLogLevel, "None"))
  )
  const worker = Layer.mergeAll(
    JobRuntime.layer({ handlers: [recomputeMergeabilityHandler, recomputeReviewDecisionHandler, reindexCodeHandler] }),
    BatchChanges.routines({ sync: { interval: "100 millis" } }).pipe(Layer.provide(BatchChanges.CodeHosts.local))
  ).pipe(Layer.provide(services))
  const runtime = ManagedRuntime.make(worker)
  await runtime.context()
  return runtime
}
