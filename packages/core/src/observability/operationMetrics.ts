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
    const succeeded = counter("total", "Operations that succeeded")
    const failed = counter("errors_total", "Operations that failed")
    const took = Metric.histogram(`${prefix}_duration_milliseconds`, {
      boundaries,
      description: "How long successful operations took",
      attributes
    })
    return (exit: Exit.Exit<unknown, unknown>, millis: number, services: Context.Context<never>): void => {
      if (Exit.isFailure(exit)) return failed.updateUnsafe(1, services)
      succeeded.updateUnsafe(1, services)
      took.updateUnsafe(millis, services)
    }
  }
  return {
    track: (op) => {
      const count = of(op)
      return (effect) =>
        Effect.withFiber(({ context }) => {
          const start = performance.now()
          return Effect.onExit(effect, (exit) => {
            count(exit, performance.now() - start, context)
            return Effect.void
          })
        })
    },
    meter: (op, services) => {
      const count = of(op)
      return (exit, millis) => count(exit, millis, services)
    }
  }
}
