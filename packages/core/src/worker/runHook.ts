/**
 * Runs a hook of the worker's owner.
 */
import { Effect } from "effect"
import type { OperationMetrics } from "../observability/operationMetrics.ts"

/** What a hook throws is logged; the record it was called for does not suffer. */
export const runHook = <R>(
  metrics: OperationMetrics,
  name: "preHandle" | "postHandle",
  hook: () => Effect.Effect<void, never, R>
): Effect.Effect<void, never, R> =>
  metrics
    .track(name)(Effect.suspend(hook))
    .pipe(Effect.catchCause((cause) => Effect.logError(`${name} failed`, cause)))
