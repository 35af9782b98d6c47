/**
 * The loop of a worker that handles many records in one transaction. It only
 * loops: one batch looks for work, and others join while there is plenty.
 */
import { type Context, Deferred, Duration, Effect, Exit, Fiber } from "effect"
import type { ConditionOptions, DequeueOptions } from "../store/WorkStore.ts"
import type { Key } from "../table/Key.ts"
import { askBudget } from "./askBudget.ts"
import { handlersGauge, type JobRunner } from "./JobRunner.ts"
import type { Stoppable } from "./RunningJobs.ts"
import type { BatchTold, RunBatch } from "./runBatch.ts"
import type { ResolvedSettings } from "./settings.ts"
import type { WakeUp } from "./WakeUp.ts"
import type { WorkerHooks } from "./WorkerOptions.ts"

export interface BatchLoopOptions<Record, Id extends Key, Source extends string, R> {
  readonly settings: ResolvedSettings
  readonly runner: Pick<JobRunner<Record, Id, R>, "metrics">
  readonly hooks: WorkerHooks<Record, Id, Source, R>
  /** What may be dequeued, where no `preDequeue` says it. */
  readonly conditions: ConditionOptions<Source>
  readonly services: Context.Context<R>
  readonly runBatch: RunBatch<Source, R>
  readonly wakeUp: WakeUp
}

export const batchLoop = <Record, Id extends Key, Source extends string, R>(
  options: BatchLoopOptions<Record, Id, Source, R>
) => {
  const { hooks, runBatch, runner, services, settings, wakeUp } = options
  const { batchSize, concurrency, interval, name, workerHostname } = settings
  const handlersNow = handlersGauge(name)
  const stopAsked = Deferred.makeUnsafe<void>()
  const ended = Deferred.makeUnsafe<void>()
  const batches = new Set<Fiber.Fiber<unknown, unknown>>()
  let emptied: Array<() => void> = []
  let stopping = false
  let remaining = settings.numTotalJobs
  let handlers = 0
  /** Whether the last look found as many as it asked for. */
  let plenty = false

  const over = () => stopping || remaining <= 0
  const ask = askBudget(hooks.preDequeue, runner.metrics, options.conditions, Deferred.await(stopAsked))

  const stop = () => {
    stopping = true
    Deferred.doneUnsafe(stopAsked, Exit.void)
    wakeUp.call()
  }

  const batch = Effect.gen(function* () {
    const budget = yield* ask
    const limit = Math.min(batchSize, remaining, budget.limit ?? 1)
    if (!budget.go || stopping || limit < 1) return
    const chosen: DequeueOptions<Source> = {
      workerHostname,
      ...(budget.conditions === undefined ? {} : { conditions: budget.conditions }),
      ...(budget.values === undefined ? {} : { values: budget.values })
    }
    remaining -= limit
    let locked = 0
    let mine = 0
    const told: BatchTold = {
      locked: (records) => {
        locked = records
        remaining += limit - records
        plenty = records === limit
        if (plenty) wakeUp.call() // another may look beside this one
      },
      handling: (change) => {
        mine += change
        handlers += change
        handlersNow.updateUnsafe(handlers, services)
      }
    }
    yield* Effect.onError(runBatch(limit, chosen, told), () =>
      Effect.sync(() => {
        remaining += locked // they are as they were
        if (mine > 0) told.handling(-1) // it was interrupted
      })
    )
  }).pipe(
    Effect.catchCause((cause) =>
      stopping
        ? Effect.void
        : Effect.andThen(
            Effect.logError("A batch was rolled back; its records are as they were", cause),
            Effect.raceFirst(Effect.sleep(interval), Deferred.await(stopAsked)) // what has broken it may break the next
          ).pipe(Effect.annotateLogs({ worker: name }))
    )
  )

  const begin = () => {
    const fiber = Effect.runForkWith(services)(batch)
    batches.add(fiber)
    fiber.addObserver(() => {
      batches.delete(fiber)
      if (hooks.preDequeue !== undefined) wakeUp.call() // the budget may have room now
      else wakeUp.nudge()
      if (batches.size === 0) for (const resume of emptied.splice(0)) resume()
    })
  }

  const turn = Effect.suspend(() => {
    wakeUp.reset()
    if (over()) return batches.size > 0 ? wakeUp.called : Effect.void
    if (!wakeUp.mayBeMore) return wakeUp.calledWithin(Duration.toMillis(interval))
    if (batches.size >= (plenty ? concurrency : 1)) return wakeUp.called
    wakeUp.presumeMore(false)
    begin()
    return Effect.void
  })

  const limited =
    settings.maxActiveTime === undefined
      ? Effect.void
      : Effect.asVoid(Effect.forkChild(Effect.andThen(Effect.sleep(settings.maxActiveTime), Effect.sync(stop))))

  return {
    stop,
    run: Effect.andThen(
      limited,
      Effect.whileLoop({ while: () => !over() || (!stopping && batches.size > 0), body: () => turn, step: () => {} })
    ).pipe(Effect.ensuring(Deferred.succeed(ended, undefined))),
    /** Until no more batches begin. */
    ended: Deferred.await(ended),
    handling: () => handlers,
    /** Locks keep its records, and no heartbeats. */
    running: { all: () => [] as ReadonlyArray<Stoppable> },
    /** Until no batch runs. */
    empty: Effect.callback<void>((resume) => {
      if (batches.size === 0) resume(Effect.void)
      else emptied.push(() => resume(Effect.void))
    }),
    /** Rolls running batches back. */
    interrupt: Effect.suspend(() => Fiber.interruptAll([...batches]))
  }
}
