/**
 * One attempt at one record: handle it, decide what becomes of it, write that down.
 */
import { Cause, Duration, Effect, Exit, Fiber, Metric, Schedule } from "effect"
import type { OperationMetrics } from "../observability/operationMetrics.ts"
import { delayAfter, type RetryPolicy } from "../retry/RetryPolicy.ts"
import { type Failure, retryDecision, type Verdict } from "../retry/retryDecision.ts"
import type { Claim } from "../store/Claim.ts"
import type { Fence } from "../store/Fence.ts"
import { LeaseLost } from "../store/StoreError.ts"
import type { WorkStore } from "../store/WorkStore.ts"
import type { Mark, Owned } from "./ownership.ts"
import type { RunningJob, StopReason } from "./RunningJobs.ts"
import type { Key } from "../table/Key.ts"

/** What writing the end of an attempt takes of a store. */
export type AttemptStore<Id extends Key> = Pick<
  WorkStore<unknown, Id>,
  "markComplete" | "markErrored" | "markFailed" | "name" | "requeue" | "stalledMaxAge"
>

/** What a worker makes of its options, for every job. */
export interface JobRunner<Record, Id extends Key, R> {
  readonly worker: string
  readonly store: AttemptStore<Id>
  readonly handle: (claim: Claim<Record, Id>) => Effect.Effect<unknown, unknown, R>
  readonly postHandle: ((claim: Claim<Record, Id>) => Effect.Effect<void, never, R>) | undefined
  readonly limit: (claim: Claim<Record, Id>) => Duration.Duration | undefined
  readonly policy: (claim: Claim<Record, Id>) => RetryPolicy
  readonly decide: (failure: Failure, claim: Claim<Record, Id>) => Verdict
  readonly metrics: OperationMetrics
}

const outcomes = Metric.counter("drover_worker_outcomes_total", {
  incremental: true,
  description: "Ended attempts by what became of the record"
})

/**
 * Runs with interruption only where the handler is: an attempt that was begun
 * is written to its end. `job.stop` interrupts the handler.
 */
export const runJob = <Record, Id extends Key, R>(
  runner: JobRunner<Record, Id, R>,
  owned: Owned<Record, Id>,
  job: RunningJob
): Effect.Effect<void, never, R> => {
  const { claim } = owned
  const { postHandle } = runner
  const handle = runner.metrics.track("handle")(Effect.suspend(() => runner.handle(claim)))
  return Effect.withFiber<void, never, R>((fiber) => {
    job.runsOn(fiber)
    return Effect.gen(function* () {
      const exit = yield* Effect.exit(Effect.interruptible(withLimit(owned.within(handle), runner.limit(claim), job)))
      job.handled()
      yield* settle(runner, owned, exit, job.stopped ?? (yield* interruptedFromOutside))
      if (postHandle !== undefined) yield* runHook(runner.metrics, "postHandle", () => postHandle(claim))
    })
  }).pipe(
    Effect.uninterruptible,
    Effect.annotateLogs({ worker: runner.worker, id: String(claim.id), attempt: claim.attempt }),
    Effect.withSpan("Worker.handle", {
      attributes: { worker: runner.worker, id: String(claim.id), attempt: claim.attempt }
    })
  )
}

/** What a hook throws is logged; the record it was called for does not suffer. */
export const runHook = <R>(
  metrics: OperationMetrics,
  name: "preHandle" | "postHandle",
  hook: () => Effect.Effect<void, never, R>
): Effect.Effect<void, never, R> =>
  metrics
    .track(name)(Effect.suspend(hook))
    .pipe(Effect.catchCause((cause) => Effect.logError(`${name} failed`, cause)))

/** Tells an interruption of the whole fiber, which is a shutdown, from a handler that interrupted itself. */
const interruptedFromOutside: Effect.Effect<StopReason | undefined> = Effect.map(
  Effect.exit(Effect.interruptible(Effect.void)),
  (exit) => (Exit.isFailure(exit) ? "shutdown" : undefined)
)

const withLimit = <A, E, R>(
  handler: Effect.Effect<A, E, R>,
  limit: Duration.Duration | undefined,
  job: RunningJob
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

const settle = Effect.fnUntraced(function* <Record, Id extends Key, R>(
  runner: JobRunner<Record, Id, R>,
  owned: Owned<Record, Id>,
  exit: Exit.Exit<unknown, unknown>,
  stopped: StopReason | undefined
) {
  const { claim } = owned
  if (claim.settled) {
    if (Exit.isFailure(exit)) {
      yield* Effect.logWarning("The handler failed after it had completed its record", exit.cause)
    }
    return yield* count(runner, "completed")
  }
  const ending = endingOf(runner, owned, exit, stopped)
  if (ending._tag === "Lost") return yield* count(runner, "lost")
  const written = yield* owned.settle(Effect.flatten(markOf(runner, claim, ending))).pipe(
    Effect.retry({
      while: (error) => owned.leased && error.retryable,
      schedule: settleRetries(runner.store.stalledMaxAge)
    }),
    Effect.exit
  )
  if (Exit.isFailure(written)) {
    yield* Effect.logError("Cannot write the end of an attempt; the resetter will find the record", written.cause)
    return yield* count(runner, "unwritten")
  }
  if (written.value !== undefined) return yield* count(runner, written.value)
  // under a row lock nobody but the handler itself can have ended the attempt
  if (!owned.leased) return yield* count(runner, ending._tag.toLowerCase())
  yield* Effect.logWarning("The attempt was no longer the current one when it ended; its outcome is dropped")
  yield* count(runner, "lost")
})

/** Success, or what is decided about the failure. `Lost`: nothing may be written any more. */
type Ending = Verdict | { readonly _tag: "Completed" } | { readonly _tag: "Lost" }

const endingOf = <Record, Id extends Key, R>(
  runner: JobRunner<Record, Id, R>,
  { claim, leased }: Owned<Record, Id>,
  exit: Exit.Exit<unknown, unknown>,
  stopped: StopReason | undefined
): Ending => {
  if (stopped === "lost") return { _tag: "Lost" }
  if (Exit.isSuccess(exit)) return { _tag: "Completed" }
  const failure = failureOf(exit.cause, stopped, runner.limit(claim))
  if (leased && failure._tag === "Error" && isLossOf(claim, runner.store.name, failure.error)) return { _tag: "Lost" }
  try {
    return runner.decide(failure, claim)
  } catch (thrown) {
    return retryDecision({ _tag: "Defect", cause: Cause.die(thrown) }) // by the caller's `onError`
  }
}

/** A handler may use other claims too, whose loss is an error like any other. */
const isLossOf = (claim: Fence, store: string, error: unknown): boolean =>
  error instanceof LeaseLost && error.store === store && error.id === claim.id && error.attempt === claim.attempt

const failureOf = (
  cause: Cause.Cause<unknown>,
  stopped: StopReason | undefined,
  limit: Duration.Duration | undefined
): Failure => {
  const error = Cause.findErrorOption(cause)
  if (error._tag === "Some") return { _tag: "Error", error: error.value }
  if (Cause.hasInterruptsOnly(cause)) {
    switch (stopped) {
      case "canceled":
        return { _tag: "Canceled" }
      case "timedOut":
        return { _tag: "TimedOut", limit: limit ?? Duration.zero }
      case "shutdown":
        return { _tag: "Interrupted" }
    }
  }
  return { _tag: "Defect", cause }
}

const markOf = Effect.fnUntraced(function* <Record, Id extends Key, R>(
  { policy, store }: JobRunner<Record, Id, R>,
  claim: Claim<Record, Id>,
  verdict: Exclude<Ending, { readonly _tag: "Lost" }>
): Effect.fn.Return<Mark> {
  switch (verdict._tag) {
    case "Completed":
      return store.markComplete(claim)
    case "Failed":
      return store.markFailed(claim, verdict.message)
    case "Errored": {
      const after = verdict.after ?? (yield* delayAfter(policy(claim), claim.numFailures + 1))
      // a schedule that has ended leaves no other attempt
      return after === undefined
        ? store.markFailed(claim, verdict.message)
        : store.markErrored(claim, verdict.message, { after })
    }
    case "Snoozed":
      return Effect.map(store.requeue(claim, { after: verdict.for }), requeued)
    case "Released":
      return Effect.map(store.requeue(claim), requeued)
  }
})

const requeued = (did: boolean) => (did ? ("queued" as const) : undefined)

/** For as long as the heartbeats of this very job keep its lease. */
const settleRetries = (stalledMaxAge: Duration.Duration) =>
  Schedule.spaced("200 millis").pipe(Schedule.upTo({ duration: stalledMaxAge }))

const count = ({ worker }: { readonly worker: string }, outcome: string): Effect.Effect<void> =>
  Metric.update(Metric.withAttributes(outcomes, { worker, outcome }), 1)
