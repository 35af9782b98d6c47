/**
 * The loop that fills free slots with records. It only loops: what is handled
 * how is decided elsewhere.
 */
import { Deferred, Effect, Exit, Metric } from "effect"
import type { Claim } from "../store/Claim.ts"
import type { Owned, Take } from "./ownership.ts"
import { type JobRunner, runHook, runJob } from "./runJob.ts"
import type { RunningJobs } from "./RunningJobs.ts"
import type { ResolvedSettings } from "./settings.ts"
import type { WakeUp } from "./WakeUp.ts"
import type { PreDequeue } from "./WorkerOptions.ts"
import type { Key } from "../table/Key.ts"

export interface DequeueLoopOptions<Record, Id extends Key, Source extends string, R> {
  readonly settings: ResolvedSettings
  readonly runner: JobRunner<Record, Id, R>
  readonly preDequeue: Effect.Effect<PreDequeue<Source>, unknown, R> | undefined
  readonly preHandle: ((claim: Claim<Record, Id>) => Effect.Effect<void, never, R>) | undefined
  readonly take: Take<Record, Id, Source>
  readonly running: RunningJobs
  readonly wakeUp: WakeUp
  /** Begins a job on a fiber of its own. */
  readonly start: (job: Effect.Effect<void, never, R>) => Effect.Effect<void, never, R>
}

const handlers = Metric.gauge("drover_worker_handlers", { description: "Handlers that run now" })

export const dequeueLoop = <Record, Id extends Key, Source extends string, R>(
  options: DequeueLoopOptions<Record, Id, Source, R>
) => {
  const { preDequeue, preHandle, runner, running, settings, start, take, wakeUp } = options
  const { concurrency, interval, name, workerHostname } = settings
  const ended = Deferred.makeUnsafe<void>()
  const handlersNow = Metric.withAttributes(handlers, { worker: name })
  const { track } = runner.metrics
  const stopAsked = Deferred.makeUnsafe<void>()
  let stopping = false
  let remaining = settings.numTotalJobs
  let slots = 0

  const stop = () => {
    stopping = true
    Deferred.doneUnsafe(stopAsked, Exit.void)
    wakeUp.call()
  }

  const leaveSlot = Effect.suspend(() => {
    slots--
    wakeUp.call()
    return Metric.update(handlersNow, slots)
  })

  const begin = (owned: Owned<Record, Id>) =>
    Effect.suspend(() => {
      const { claim } = owned
      slots++
      const job = running.add(claim, owned.leased)
      const end = Effect.suspend(() => {
        running.remove(job)
        return leaveSlot
      })
      return Effect.gen(function* () {
        yield* Metric.update(handlersNow, slots)
        if (preHandle !== undefined) yield* runHook(runner.metrics, "preHandle", () => preHandle(claim))
        yield* start(Effect.ensuring(runJob(runner, owned, job), end))
      })
    })

  const giveBack = (owned: Owned<Record, Id>) =>
    owned
      .settle(Effect.map(runner.store.requeue(owned.claim), (did) => (did ? "queued" : undefined)))
      .pipe(Effect.catchCause((cause) => Effect.logError("Cannot give a record back", cause)))

  /** A hook may wait until something fits; a stop does not wait for the hook. */
  const askBudget: Effect.Effect<PreDequeue<Source>, unknown, R> = preDequeue === undefined
    ? Effect.succeed({ go: true, limit: Infinity })
    : Effect.raceFirst(track("preDequeue")(preDequeue), Effect.as(Deferred.await(stopAsked), { go: false }))

  /** Gives the number of records that were begun. */
  const fill = Effect.gen(function* () {
    const budget = yield* askBudget
    if (!budget.go || stopping) return 0
    const limit = Math.min(concurrency - slots, remaining, budget.limit ?? 1)
    if (limit < 1) return 0
    const taken = yield* take(limit, {
      workerHostname,
      ...(budget.conditions === undefined ? {} : { conditions: budget.conditions }),
      ...(budget.values === undefined ? {} : { values: budget.values })
    })
    remaining -= taken.length
    for (const owned of taken) yield* stopping ? giveBack(owned) : begin(owned)
    return taken.length
  }).pipe(
    // a dequeue is never interrupted: what it has taken would wait for the resetter
    Effect.uninterruptible,
    Effect.catchCause((cause) =>
      Effect.as(Effect.logError("Dequeue failed", cause).pipe(Effect.annotateLogs({ worker: name })), 0)
    )
  )

  const over = () => stopping || remaining <= 0

  const turn = Effect.suspend(() => {
    wakeUp.reset()
    if (over()) return Effect.void
    if (slots >= concurrency) return wakeUp.called
    return Effect.flatMap(fill, (begun) => (begun > 0 || over() ? Effect.void : wakeUp.calledWithin(interval)))
  })

  const limited =
    settings.maxActiveTime === undefined
      ? Effect.void
      : Effect.asVoid(Effect.forkChild(Effect.andThen(Effect.sleep(settings.maxActiveTime), Effect.sync(stop))))

  const run = Effect.andThen(
    limited,
    Effect.whileLoop({ while: () => !over(), body: () => turn, step: () => {} })
  ).pipe(Effect.ensuring(Deferred.succeed(ended, undefined)))

  return { run, stop, ended: Deferred.await(ended) }
}
