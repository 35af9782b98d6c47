/**
 * A span and metrics for every operation of a store, named in one place.
 */
import type { Effect } from "effect"
import { inSpan } from "../observability/inSpan.ts"
import { operationMetrics } from "../observability/operationMetrics.ts"

export interface Instrument {
  /** An effect as operation `op`. */
  readonly operation: (op: string) => <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** A function whose every call is operation `op`. */
  readonly tracked: <Arguments extends ReadonlyArray<unknown>, A, E, R>(
    op: string,
    body: (...args: Arguments) => Effect.Effect<A, E, R>
  ) => (...args: Arguments) => Effect.Effect<A, E, R>
}

export const makeInstrument = (store: string): Instrument => {
  const metrics = operationMetrics("drover_store", { store })
  const attributes = { store }
  const operation: Instrument["operation"] = (op) => {
    const track = metrics.track(op)
    const spanned = inSpan(`WorkStore.${op}`, attributes)
    return (effect) => spanned(track(effect))
  }
  return {
    operation,
    tracked: (op, body) => {
      const as = operation(op)
      return (...args) => as(body(...args))
    }
  }
}
