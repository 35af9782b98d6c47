/**
 * One transaction for many records: locks them, runs their handlers one after
 * another, and commits what they wrote together with their ends.
 */
import { Cause, type Context, type Duration, Effect, Exit, Option, References } from "effect"
import type { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import type { Claim } from "../store/Claim.ts"
import type { DequeueOptions, WorkStore } from "../store/WorkStore.ts"
import type { Key } from "../table/Key.ts"
import { type WrittenEnd, writtenEnd } from "./AttemptStore.ts"
import { completed, endingOf } from "./Ending.ts"
import { annotationsOf, handlerSpan, type JobRunner, makeCountOutcome } from "./JobRunner.ts"
import { runHook } from "./runHook.ts"
import type { WorkerHooks } from "./WorkerOptions.ts"

export interface BatchRunnerOptions<Record, Id extends Key, Source extends string, R> {
  readonly runner: JobRunner<Record, Id, R>
  readonly locking: Pick<WorkStore<Record, Id, Source>, "lockBatch">
  readonly database: Database["Service"]
  readonly services: Context.Context<R>
  readonly hooks: Pick<WorkerHooks<Record, Id, Source, R>, "postHandle" | "preHandle">
}

/** What a batch tells while it runs. */
export interface BatchTold {
  /** So many records were locked. */
  readonly locked: (records: number) => void
  /** A handler has begun, or ended. */
  readonly handling: (change: 1 | -1) => void
}

/** Runs a batch of up to `limit` records. Interrupted, it rolls back: its records are as they were, and nothing is counted. */
export type RunBatch<Source extends string, R> = (
  limit: number,
  options: DequeueOptions<Source>,
  told: BatchTold
) => Effect.Effect<void, DatabaseError, R>

/** A handler's time was up. Never leaves this module. */
const timeUp = Symbol("time up")

export const makeRunBatch = <Record, Id extends Key, Source extends string, R>({
  database,
  hooks: { postHandle, preHandle },
  locking,
  runner,
  services
}: BatchRunnerOptions<Record, Id, Source, R>): RunBatch<Source, R> => {
  const { handle, limit, metrics, policy, worker } = runner
  const handling = metrics.meter("handle", services)
  const count = makeCountOutcome(worker, services)

  /** In a savepoint, so that what a failed handler wrote is undone; made only if it writes. */
  const handleOne = (claim: Claim<Record, Id>, told: BatchTold) =>
    Effect.suspend(() => {
      const start = performance.now()
      told.handling(1)
      const handler = handlerSpan(worker, claim)(Effect.suspend(() => handle(claim)))
      return Effect.flatMap(Effect.exit(database.transaction(within(limit(claim), handler))), (exit) => {
        told.handling(-1)
        handling(exit, performance.now() - start)
        return Exit.isSuccess(exit) ? success : endOfFailure(claim, exit)
      })
    })

  const endOfFailure = (claim: Claim<Record, Id>, exit: Exit.Failure<unknown, unknown>) => {
    const timedOut = Option.contains(Cause.findErrorOption(exit.cause), timeUp)
    const ending = timedOut
      ? endingOf(runner, { claim, leased: false, stopped: "timedOut" }, Exit.failCause(Cause.interrupt()))
      : endingOf(runner, { claim, leased: false, stopped: undefined }, exit)
    if (ending._tag === "Lost") return success // not of a record that a lock keeps
    return Effect.map(writtenEnd(policy(claim), claim, ending), (end) => ({ end, undone: true }))
  }

  const attempt = (claim: Claim<Record, Id>, begun: Array<Claim<Record, Id>>, told: BatchTold) =>
    Effect.suspend(() => {
      begun.push(claim)
      const handled = handleOne(claim, told)
      const both =
        preHandle === undefined
          ? handled
          : Effect.andThen(
              runHook(metrics, "preHandle", () => preHandle(claim)),
              handled
            )
      return Effect.provideService(both, References.CurrentLogAnnotations, annotationsOf(services, worker, claim))
    })

  /** For each that was begun, whatever became of the batch. */
  const afterwards = (begun: ReadonlyArray<Claim<Record, Id>>) =>
    postHandle === undefined
      ? Effect.void
      : Effect.forEach(begun, (claim) => runHook(metrics, "postHandle", () => postHandle(claim)), { discard: true })

  return (size, options, told) =>
    Effect.suspend(() => {
      const begun: Array<Claim<Record, Id>> = []
      return Effect.gen(function* () {
        const transaction = yield* database.begin
        const batch = yield* transaction.use(locking.lockBatch(size, options))
        told.locked(batch.size)
        if (batch.size === 0) return
        const ends = yield* transaction.use(Effect.forEach(batch.claims, (claim) => attempt(claim, begun, told)))
        const states = yield* transaction.commitAfter(batch.finish(ends))
        for (const [at, { end }] of ends.entries()) count(states[at] ?? end._tag.toLowerCase())
      }).pipe(
        Effect.scoped,
        Effect.onExit(() => afterwards(begun))
      )
    })
}

const success: Effect.Effect<{ readonly end: WrittenEnd; readonly undone: boolean }> = Effect.succeed({
  end: completed,
  undone: false
})

const within = <A, E, R>(
  limit: Duration.Duration | undefined,
  handler: Effect.Effect<A, E, R>
): Effect.Effect<A, E | typeof timeUp, R> =>
  limit === undefined
    ? handler
    : Effect.flatMap(
        Effect.timeoutOption(handler, limit),
        Option.match({ onNone: () => Effect.fail(timeUp), onSome: (value) => Effect.succeed(value) })
      )
