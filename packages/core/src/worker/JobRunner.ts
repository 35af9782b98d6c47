/**
 * What a worker makes of its options, for every job.
 */
import { Context, type Duration, Effect, Fiber, Metric, References } from "effect"
import { inSpan } from "../observability/inSpan.ts"
import type { OperationMetrics } from "../observability/operationMetrics.ts"
import type { RetryPolicy } from "../retry/RetryPolicy.ts"
import type { Claim } from "../store/Claim.ts"
import type { Fence } from "../store/Fence.ts"
import type { Key } from "../table/Key.ts"
import type { AttemptStore } from "./AttemptStore.ts"
import type { Judge } from "./Ending.ts"
import type { RunningJob, Stoppable } from "./RunningJobs.ts"

export interface JobRunner<Record, Id extends Key, R> extends Judge<Record, Id> {
  readonly worker: string
  readonly store: AttemptStore<Id>
  readonly handle: (claim: Claim<Record, Id>) => Effect.Effect<unknown, unknown, R>
  readonly policy: (claim: Claim<Record, Id>) => RetryPolicy
  readonly metrics: OperationMetrics
}

/** Told of the two ends of an attempt, each once. */
export interface Told {
  /** The handler's slot is free. May be called before `begin` has returned. */
  readonly handled: () => void
  /** Nothing is left to do for the attempt. */
  readonly ended: () => void
}

/** Begins an attempt. */
export type Begin<Record, Id extends Key> = (job: RunningJob<Record, Id>, told: Told) => void

/** What the log lines of one handler are to say. */
export const annotationsOf = (services: Context.Context<never>, worker: string, claim: Fence) => ({
  ...Context.get(services, References.CurrentLogAnnotations),
  worker,
  id: String(claim.id),
  attempt: claim.attempt
})

/** The services of one handler: those of its worker, and its annotations. */
export const servicesOf = <R>(services: Context.Context<R>, worker: string, claim: Fence): Context.Context<R> =>
  Context.add(services, References.CurrentLogAnnotations, annotationsOf(services, worker, claim))

/** A span around the handler of one attempt. */
export const handlerSpan = (worker: string, { attempt, id }: Fence) =>
  inSpan("Worker.handle", { worker, id: String(id), attempt })

/** Stops the job when its time is up. */
export const withLimit = <A, E, R>(
  handler: Effect.Effect<A, E, R>,
  limit: Duration.Duration | undefined,
  job: Stoppable
): Effect.Effect<A, E, R> =>
  limit === undefined
    ? handler
    : Effect.flatMap(
        Effect.forkChild(
          Effect.andThen(
            Effect.sleep(limit),
            Effect.sync(() => job.stop("timedOut"))
          )
        ),
        (timer) => Effect.ensuring(handler, Fiber.interrupt(timer))
      )

export const handlersGauge = (worker: string) =>
  Metric.gauge("drover_worker_handlers", { description: "Handlers that run now", attributes: { worker } })

const outcomes = (worker: string, outcome: string) =>
  Metric.counter("drover_worker_outcomes_total", {
    incremental: true,
    description: "Ended attempts by what became of the record",
    attributes: { worker, outcome }
  })

/** Counts an attempt by what became of it: the record's new state, `lost`, or `unwritten`. */
export const makeCountOutcome = (worker: string, services: Context.Context<never>): ((outcome: string) => void) => {
  const counters = new Map<string, ReturnType<typeof outcomes>>()
  return (outcome) => {
    const counter = counters.get(outcome) ?? outcomes(worker, outcome)
    counters.set(outcome, counter)
    counter.updateUnsafe(1, services)
  }
}
