/**
 * Three metrics for every kind of operation, in one place: how many succeeded,
 * how many failed, how long the successes took. Labels: the owner's name and `op`.
 */
import { Effect, Exit, Metric } from "effect"

export interface OperationMetrics {
  /** Counts and times an effect as operation `op`. */
  readonly track: (op: string) => <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** Milliseconds: from a prepared statement on loopback to a statement that somebody should look at. */
const boundaries = Metric.exponentialBoundaries({ start: 0.5, factor: 2, count: 14 })

/**
 * @param prefix for example `drover_store`; gives `drover_store_total`, `_errors_total` and `_duration_milliseconds`
 * @param labels for example `{ store: "jobs" }`
 */
export const operationMetrics = (prefix: string, labels: Record<string, string>): OperationMetrics => {
  const total = Metric.counter(`${prefix}_total`, { incremental: true, description: "Operations that succeeded" })
  const errors = Metric.counter(`${prefix}_errors_total`, { incremental: true, description: "Operations that failed" })
  const duration = Metric.histogram(`${prefix}_duration_milliseconds`, {
    boundaries,
    description: "How long successful operations took"
  })
  return {
    track: (op) => {
      const attributes = { ...labels, op }
      const succeeded = Metric.withAttributes(total, attributes)
      const failed = Metric.withAttributes(errors, attributes)
      const took = Metric.withAttributes(duration, attributes)
      return (effect) =>
        Effect.suspend(() => {
          const start = performance.now()
          return Effect.onExit(effect, (exit) =>
            Exit.isSuccess(exit)
              ? Effect.andThen(Metric.update(succeeded, 1), Metric.update(took, performance.now() - start))
              : Metric.update(failed, 1)
          )
        })
    }
  }
}
