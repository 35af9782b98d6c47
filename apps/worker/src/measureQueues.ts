/**
 * How much waits, and for how long: asked of the database when somebody wants to know.
 */
import { JobQueue, type WorkStore } from "@drover/core"
import * as BatchChanges from "@drover/handlers/batchChanges"
import { Duration, Effect, Metric } from "effect"

const total = Metric.gauge("drover_queue_total", {
  description: "Records that are queued, or errored with attempts left"
})
const age = Metric.gauge("drover_queue_oldest_seconds", {
  description: "How long the oldest dequeueable record has been dequeueable"
})

/** A question that fails leaves the last answer standing. */
const measure = Effect.fnUntraced(
  function* (store: WorkStore.AnyWorkStore) {
    const of = (metric: Metric.Gauge<number>) => Metric.withAttributes(metric, { store: store.name })
    yield* Metric.update(of(total), yield* store.queuedCount())
    yield* Metric.update(of(age), Duration.toSeconds(yield* store.maxDurationInQueue))
  },
  (effect, { name }) =>
    effect.pipe(
      Effect.catch((error) =>
        Effect.logWarning("Cannot measure a queue", error).pipe(Effect.annotateLogs({ store: name }))
      )
    )
)

export const measureQueues = Effect.gen(function* () {
  const { store } = yield* JobQueue
  yield* measure(store)
  yield* Effect.forEach(yield* BatchChanges.queues, measure)
})
