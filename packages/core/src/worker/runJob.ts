/**
 * One attempt at one record: handle it, decide what becomes of it, write that down.
 */
import { Cause, Duration, Effect, Exit, Metric, Schedule } from "effect"
import type { OperationMetrics } from "../observability/operationMetrics.ts"
import { delayAfter, type RetryPolicy } from "../retry/RetryPolicy.ts"
import type { Failure, Verdict } from "../retry/retryDecision.ts"
import type { Claim } from "../store/Claim.ts"
import { LeaseLost } from "../store/StoreError.ts"
import type { WorkStore } from "../store/WorkStore.ts"
import type { Mark, Owned } from "./ownership.ts"
import type { RunningJob } from "./RunningJobs.ts"

type Key = number | string | bigint

/** What a worker makes of its options, for every job. */
export interface JobRunner<Record, Id extends Key, R> {
  readonly worker: string
  readonly store: WorkStore<Record, Id, never>
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
  const handled = withLimit(owned.within(runner.metrics.track("handle")(runner.handle(claim))), runner.limit(claim), job)
  return Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(restore(handled))
      job.handled()
      yield* settle(runner, owned, job, exit)
      if (runner.postHandle !== undefined) {
        yield* runner.metrics.track("postHandle")(runner.postHandle(claim)).pipe(
          Effect.catchCause((cause) => Effect.logError("postHandle failed", cause))
        )
      }
    })
  ).pipe(
    Effect.annotateLogs({ worker: runner.worker, id: String(claim.id), attempt: claim.attempt }),
    Effect.withSpan("Worker.handle", {
      attributes: { worker: runner.worker, id: String(claim.id), attempt: claim.attempt }
    })
  )
}

const withLimit = <A, E, R>(
  handler: Effect.Effect<A, E, R>,
  limit: Duration.Duration | undefined,
  job: RunningJob
): Effect.Effect<A, E, R> =>
  limit === undefined
    ? handler
    : Effect.gen(function* () {
        yield* Effect.forkScoped(Effect.andThen(Effect.sleep(limit), Effect.sync(() => job.stop("timedOut"))))
        return yield* handler
      }).pipe(Effect.scoped)

const settle = Effect.fnUntraced(function* <Record, Id extends Key, R>(
  runner: JobRunner<Record, Id, R>,
  owned: Owned<Record, Id>,
  job: RunningJob,
  exit: Exit.Exit<unknown, unknown>
) {
  const { claim } = owned
  const verdict = verdictOf(runner, claim, job, exit)
  const mark = yield* markOf(runner, claim, verdict)
  if (mark === undefined) return yield* record(runner, verdict._tag, undefined)
  const written = yield* owned.settle(mark).pipe(
    Effect.retry({ while: (error) => owned.leased && error.retryable, schedule: settleRetries(runner.store.stalledMaxAge) }),
    Effect.exit
  )
  if (Exit.isFailure(written)) {
    yield* Effect.logError("Cannot write the end of an attempt; the resetter will find the record", written.cause)
    return yield* record(runner, "unwritten", undefined)
  }
  if (written.value === undefined && !claim.settled) {
    yield* Effect.logWarning("The attempt ended after its lease was lost; its outcome is dropped")
  }
  yield* record(runner, verdict._tag, written.value)
})

/** Success, or what the failure is and what is decided about it. `Lost`: nothing may be written any more. */
type Ending = Verdict | { readonly _tag: "Completed" } | { readonly _tag: "Lost" }

const verdictOf = <Record, Id extends Key, R>(
  runner: JobRunner<Record, Id, R>,
  claim: Claim<Record, Id>,
  job: RunningJob,
  exit: Exit.Exit<unknown, unknown>
): Ending => {
  if (job.stopped === "lost") return { _tag: "Lost" }
  if (Exit.isSuccess(exit)) return { _tag: "Completed" }
  const failure = failureOf(runner, claim, job, exit.cause)
  if (failure._tag === "Error" && failure.error instanceof LeaseLost) return { _tag: "Lost" }
  return runner.decide(failure, claim)
}

const failureOf = <Record, Id extends Key, R>(
  runner: JobRunner<Record, Id, R>,
  claim: Claim<Record, Id>,
  job: RunningJob,
  cause: Cause.Cause<unknown>
): Failure => {
  const error = Cause.findErrorOption(cause)
  if (error._tag === "Some") return { _tag: "Error", error: error.value }
  if (Cause.hasInterruptsOnly(cause)) {
    switch (job.stopped) {
      case "canceled":
        return { _tag: "Canceled" }
      case "timedOut":
        return { _tag: "TimedOut", limit: runner.limit(claim) ?? Duration.zero }
      case "shutdown":
        return { _tag: "Interrupted" }
    }
  }
  return { _tag: "Defect", cause }
}

const markOf = Effect.fnUntraced(function* <Record, Id extends Key, R>(
  { policy, store }: JobRunner<Record, Id, R>,
  claim: Claim<Record, Id>,
  verdict: Ending
): Effect.fn.Return<Mark | undefined> {
  switch (verdict._tag) {
    case "Completed":
      return claim.settled ? undefined : store.markComplete(claim)
    case "Lost":
      return undefined
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

const record = <Record, Id extends Key, R>(
  { worker }: JobRunner<Record, Id, R>,
  verdict: string,
  state: string | undefined
): Effect.Effect<void> =>
  Metric.update(Metric.withAttributes(outcomes, { worker, outcome: state ?? verdict.toLowerCase() }), 1)

