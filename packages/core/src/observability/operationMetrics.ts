/**
 * Three metrics for every kind of operation, in one place: how many succeeded,
 * how many failed, how long the successes took. Labels: the owner's name and `op`.
 */
import { type Context, Effect, Exit, Metric } from "effect"

export interface OperationMetrics {
  /** Counts and times an effect as operation `op`. */
  readonly track: (op: string) => <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Counts operations `op` that run outside of an effect, each with the milliseconds it took. */
  readonly meter: (
    op: string,
    services: Context.Context<never>
  ) => (exit: Exit.Exit<unknown, unknown>, millis: number) => void
}

/** Milliseconds: from a prepared statement on loopback to a statement that somebody should look at. */
const boundaries = Metric.exponentialBoundaries({ start: 0.5, factor: 2, count: 14 })

/**
 * @param prefix for example `drover_store`; gives `drover_store_total`, `_errors_total` and `_duration_milliseconds`
 * @param labels for example `{ store: "jobs" }`
 */
export const operationMetrics = (prefix: string, labels: Record<string, string>): OperationMetrics => {
  // given where a metric is made, attributes cost nothing at its updates
  const of = (op: string) => {
    const attributes = { ...labels, op }
    const counter = (suffix: string, description: string) =>
      Metric.counter(`${prefix}_${suffix}`, { incremental: true, description, attributes })
    return {
      succeeded: counter("total", "Operations that succeeded"),
      failed: counter("errors_total", "Operations that failed"),
      took: Metric.histogram(`${prefix}_duration_milliseconds`, {
        boundaries,
        description: "How long successful operations took",
        attributes
      })
    }
  }
  return {
    track: (op) => {
      const { failed, succeeded, took } = of(op)
      return (effect) =>
        Effect.suspend(() => {
          const start = performance.now()
          return Effect.onExit(effect, (exit) =>
            Exit.isSuccess(exit)
              ? Effect.andThen(Metric.update(succeeded, 1), Metric.update(took, performance.now() - start))
              : Metric.update(failed, 1)
          )
        })
    },
    meter: (op, services) => {
      const { failed, succeeded, took } = of(op)
      return (exit, millis) => {
        if (Exit.isFailure(exit)) return failed.updateUnsafe(1, services)
        succeeded.updateUnsafe(1, services)
        took.updateUnsafe(millis, services)
      }
    }
  }
}
