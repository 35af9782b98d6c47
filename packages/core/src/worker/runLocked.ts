/**
 * One attempt at a record that a row lock keeps: the handler runs in the
 * transaction that holds the lock, and its end is part of that commit.
 */
import { type Context, Effect, Exit, Option } from "effect"
import type { Database } from "../database/Database.ts"
import type { WorkStore } from "../store/WorkStore.ts"
import type { Key } from "../table/Key.ts"
import { markOne, writtenEnd } from "./AttemptStore.ts"
import { endingOf } from "./Ending.ts"
import { type Begin, handlerSpan, type JobRunner, makeCountOutcome, servicesOf, withLimit } from "./JobRunner.ts"
import type { RunningJob } from "./RunningJobs.ts"

/** What locking a claimed record takes of a store. */
export type LockingStore<Record, Id extends Key> = Pick<WorkStore<Record, Id>, "lockClaim">

export const runLocked = <Record, Id extends Key, R>(
  runner: JobRunner<Record, Id, R>,
  locking: LockingStore<Record, Id>,
  database: Database["Service"],
  services: Context.Context<R>
): Begin<Record, Id> => {
  const { handle, limit, metrics, policy, store, worker } = runner
  const handling = metrics.track("handle")
  const count = makeCountOutcome(worker, services)

  /** A failed handler's writes are undone to a savepoint, and its error is recorded in the same commit. */
  const attempt = Effect.fnUntraced(function* (job: RunningJob<Record, Id>) {
    // only the wait for a connection is interrupted: what is begun is written to its end
    const held = Option.getOrUndefined(yield* Effect.interruptible(locking.lockClaim(job.claim)))
    if (held === undefined) return "lost"
    const { claim } = held
    const handler = handlerSpan(worker, claim)(handling(Effect.suspend(() => handle(claim))))
    const exit = yield* Effect.exit(
      Effect.interruptible(held.use(database.transaction(withLimit(handler, limit(claim), job))))
    )
    job.handled()
    const ending = endingOf(runner, job, exit)
    if (ending._tag === "Lost") return "lost"
    const end = yield* writtenEnd(policy(claim), claim, ending)
    const state = yield* held.commitAfter(markOne(store, claim, end))
    // under a row lock nobody but the handler itself can have ended the attempt
    return state ?? ending._tag.toLowerCase()
  }, Effect.scoped)

  return (job, told) => {
    const run = attempt(job).pipe(
      Effect.catchCause((cause) =>
        job.stopped === undefined
          ? Effect.as(
              Effect.logError("Cannot write the end of an attempt; the resetter will find the record", cause),
              "unwritten"
            )
          : Effect.succeed("queued")
      )
    )
    const fiber = Effect.runForkWith(servicesOf(services, worker, job.claim))(run, { uninterruptible: true })
    job.handling(() => fiber.interruptUnsafe())
    fiber.addObserver((exit) => {
      count(Exit.isSuccess(exit) ? exit.value : "unwritten")
      told.handled()
      told.ended()
    })
  }
}
