/**
 * What may be dequeued next.
 */
import { Effect } from "effect"
import type { OperationMetrics } from "../observability/operationMetrics.ts"
import type { ConditionOptions } from "../store/WorkStore.ts"
import type { PreDequeue } from "./WorkerOptions.ts"

/** A hook may wait until something fits; a stop does not wait for the hook. Without a hook, `conditions` say it. */
export const askBudget = <Source extends string, R>(
  preDequeue: Effect.Effect<PreDequeue<Source>, unknown, R> | undefined,
  metrics: OperationMetrics,
  conditions: ConditionOptions<Source>,
  stopAsked: Effect.Effect<unknown>
): Effect.Effect<PreDequeue<Source>, unknown, R> =>
  preDequeue === undefined
    ? Effect.succeed({ go: true, limit: Infinity, ...conditions })
    : Effect.raceFirst(metrics.track("preDequeue")(preDequeue), Effect.as(stopAsked, { go: false }))
