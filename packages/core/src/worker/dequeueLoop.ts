/**
 * The loop that fills free slots with records. It only loops: how many to take
 * is decided in `prefetch`, and what is handled how, elsewhere.
 */
import { type Cause, type Context, Deferred, Duration, Effect, Exit, MutableList } from "effect"
import type { Claim } from "../store/Claim.ts"
import type { LowWaterMark } from "../store/LowWaterMark.ts"
import type { BatchOptions, ConditionOptions, WorkStore } from "../store/WorkStore.ts"
import type { Key } from "../table/Key.ts"
import { askBudget } from "./askBudget.ts"
import { giveBack } from "./giveBack.ts"
import { type Begin, handlersGauge, type JobRunner } from "./JobRunner.ts"
import { howMany, isBelieved, nextTarget } from "./prefetch.ts"
import type { RunningJob, RunningJobs } from "./RunningJobs.ts"
import type { ResolvedSettings } from "./settings.ts"
import type { WakeUp } from "./WakeUp.ts"
import { runHook } from "./runHook.ts"
import type { PreDequeue, WorkerHooks } from "./WorkerOptions.ts"

export interface DequeueLoopOptions<Record, Id extends Key, Source extends string, R> {
  readonly settings: ResolvedSettings
  readonly runner: Pick<JobRunner<Record, Id, R>, "metrics" | "store">
  readonly hooks: WorkerHooks<Record, Id, Source, R>
  /** What may be dequeued, where no `preDequeue` says it. */
  readonly conditions: ConditionOptions<Source>
  readonly services: Context.Context<R>
  readonly dequeue: WorkStore<Record, Id, Source>["dequeueBatch"]
  readonly begin: Begin<Record, Id>
  /** Whether records may be taken: not while the ends of others cannot be written. */
  readonly ready: () => boolean
  readonly running: RunningJobs<Record, Id>
  readonly wakeUp: WakeUp
  readonly lowWaterMark: LowWaterMark
}

/**
 * Dequeues under way at once, while there is plenty: the database works on one while the other's records begin. Two
 * that run side by side may share out neighbours, so a worker that handles one record at a time, in strict order,
 * makes one at a time.
 */
const overlapOf = (concurrency: number): number => (concurrency > 1 ? 2 : 1)

/** A dequeue that was sent. */
interface Taking<Taken> {
  readonly limit: number
  exit: Exit.Exit<ReadonlyArray<Taken>, unknown> | undefined
}

/** Handlers begun in one turn of the event loop, so that sockets and timers get their turn. */
const AT_ONCE = 100

export const dequeueLoop = <Record, Id extends Key, Source extends string, R>(
  options: DequeueLoopOptions<Record, Id, Source, R>
) => {
  const { begin, dequeue, hooks, lowWaterMark, ready, runner, running, services, settings, wakeUp } = options
  const { concurrency, interval, name, workerHostname } = settings
  const { postHandle, preDequeue, preHandle } = hooks
  const overlap = overlapOf(concurrency)
  type Job = RunningJob<Record, Id>
  const ended = Deferred.makeUnsafe<void>()
  const handlersNow = handlersGauge(name)
  const fork = Effect.runForkWith(services)
  const stopAsked = Deferred.makeUnsafe<void>()
  /** Taken, and waiting for a slot. */
  const waiting = MutableList.make<Job>()
  const prefetchMillis = Duration.toMillis(settings.prefetchWait)
  const intervalMillis = Duration.toMillis(interval)
  let lateness: NodeJS.Timeout | undefined
  let stopping = false
  let remaining = settings.numTotalJobs
  let slots = 0
  /** Records to have waiting, and what that is learnt from: ends since a moment, for as long as there was plenty. */
  let target = 0
  let since = 0
  let handled = 0
  let filling = false
  let scheduled = false
  /** Dequeues under way, the records they asked for, and whether the last one left more. */
  let dequeues = 0
  let asked = 0
  let plenty = false
  /** Dequeues that were sent, in that order, and whether hooks are told of the first one's records. */
  const taking: Array<Taking<Claim<Record, Id>>> = []
  let welcoming = false

  const over = () => stopping || (remaining <= 0 && waiting.length === 0 && dequeues === 0)
  const room = () =>
    ready() ? Math.min(howMany(target, concurrency - slots, waiting.length + asked), remaining - asked) : 0
  const mayDequeue = () => dequeues < (plenty && preDequeue === undefined ? overlap : 1) && room() > 0

  /** The worker holds the record no more. */
  const leave = (job: Job, first: () => void = () => {}) => {
    const gone = () => {
      first()
      running.remove(job)
    }
    if (postHandle === undefined) return gone()
    fork(runHook(runner.metrics, "postHandle", () => postHandle(job.claim))).addObserver(() => {
      wakeUp.call() // the budget may have room now
      gone()
    })
  }

  const start = (job: Job) => {
    slots++
    const freeSlot = () => {
      slots--
      handled++
      if (!filling) fill()
    }
    // with a hook, what comes into the slot is chosen after it has said what it frees
    begin(
      job,
      postHandle === undefined
        ? { handled: freeSlot, ended: () => leave(job) }
        : { handled: () => {}, ended: () => leave(job, freeSlot) }
    )
  }

  /** Begins what waits, in order, for as long as there are free slots. */
  const fill = () => {
    filling = true
    const hasSlot = () => slots < concurrency
    let begun = 0
    while (begun < AT_ONCE && hasSlot() && waiting.length > 0) {
      start(MutableList.take(waiting) as Job)
      begun++
    }
    filling = false
    if (begun === AT_ONCE) fillSoon()
    handlersNow.updateUnsafe(slots, services)
    if (waiting.length > 0) lateness ??= setTimeout(returnLate, prefetchMillis)
    if (over()) wakeUp.call()
    else if (mayDequeue()) wakeUp.callIfMore()
  }

  const fillSoon = () => {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      fill()
    })
  }

  /** What waits is given back: anybody may take it, and it does not count. */
  const returnWaiting = () => {
    const jobs = MutableList.takeAll(waiting)
    if (jobs.length === 0) return
    remaining += jobs.length
    target = 0
    fork(giveBack(runner.store, name, jobs, leave))
  }

  const returnLate = () => {
    lateness = undefined
    const [oldest] = MutableList.toArrayN(waiting, 1)
    if (oldest === undefined) return
    const left = oldest.since + prefetchMillis - performance.now()
    if (left <= 0) returnWaiting()
    else lateness = setTimeout(returnLate, left)
  }

  const stop = () => {
    stopping = true
    Deferred.doneUnsafe(stopAsked, Exit.void)
    clearTimeout(lateness)
    returnWaiting()
    wakeUp.call()
  }

  const ask = askBudget(preDequeue, runner.metrics, options.conditions, Deferred.await(stopAsked))

  const learn = () => {
    const now = performance.now()
    const pace = { ended: handled, millis: now - since }
    if (plenty && !isBelieved(pace, concurrency)) return
    if (plenty) target = nextTarget(target, settings.prefetch, pace)
    since = now
    handled = 0
  }

  const conclude = (more: boolean) => {
    dequeues--
    plenty = more
    if (more) wakeUp.call()
    else wakeUp.nudge()
  }

  const failed = (cause: Cause.Cause<unknown>) => {
    fork(Effect.logError("Dequeue failed", cause).pipe(Effect.annotateLogs({ worker: name })))
    conclude(false)
  }

  /** What was taken is the worker's: it waits for a slot, or has one at once. */
  const welcome = (jobs: ReadonlyArray<Job>, limit: number) => {
    MutableList.appendAllUnsafe(waiting, jobs)
    if (stopping) returnWaiting()
    else if (plenty) fillSoon() // the next dequeue is sent first
    else fill()
    learn()
    conclude(jobs.length === limit || (preDequeue !== undefined && jobs.length > 0))
  }

  /** Welcomes what was asked for first before the rest. */
  const settle = () => {
    const first = taking[0]
    if (welcoming || first?.exit === undefined) return
    taking.shift()
    const { exit, limit } = first
    if (Exit.isFailure(exit)) {
      failed(exit.cause)
      return settle()
    }
    remaining -= exit.value.length
    const jobs = exit.value.map((claim) => running.add(claim, settings.ownership === "lease"))
    if (preHandle === undefined) {
      welcome(jobs, limit)
      return settle()
    }
    welcoming = true
    const greet = ({ claim }: Job) => runHook(runner.metrics, "preHandle", () => preHandle(claim))
    fork(Effect.forEach(jobs, greet, { discard: true })).addObserver(() => {
      welcoming = false
      welcome(jobs, limit)
      settle()
    })
  }

  /** Takes what there is room for. Never interrupted: what it has taken would wait for the resetter. */
  const take = (budget: PreDequeue<Source>) => {
    const limit = Math.min(room(), budget.limit ?? 1)
    if (!budget.go || stopping || limit < 1) return conclude(false)
    const chosen: BatchOptions<Source> = {
      workerHostname,
      lowWaterMark,
      ...(budget.conditions === undefined ? {} : { conditions: budget.conditions }),
      ...(budget.values === undefined ? {} : { values: budget.values })
    }
    const mine: Taking<Claim<Record, Id>> = { limit, exit: undefined }
    taking.push(mine)
    asked += limit
    fork(dequeue(limit, chosen), { uninterruptible: true }).addObserver((exit) => {
      asked -= limit
      mine.exit = exit
      settle()
    })
  }

  const look = () => {
    if (preDequeue === undefined) return take({ go: true, limit: Infinity, ...options.conditions })
    fork(ask).addObserver((exit) => (Exit.isSuccess(exit) ? take(exit.value) : failed(exit.cause)))
  }

  const turn = Effect.suspend(() => {
    wakeUp.reset()
    if (over()) return dequeues > 0 ? wakeUp.called : Effect.void
    if (!wakeUp.mayBeMore) return wakeUp.calledWithin(Math.min(intervalMillis, lowWaterMark.lookWithin))
    if (!mayDequeue()) return wakeUp.called
    wakeUp.presumeMore(plenty)
    dequeues++
    look()
    return Effect.void
  })

  const limited =
    settings.maxActiveTime === undefined
      ? Effect.void
      : Effect.asVoid(Effect.forkChild(Effect.andThen(Effect.sleep(settings.maxActiveTime), Effect.sync(stop))))

  const run = Effect.andThen(
    limited,
    Effect.whileLoop({ while: () => !over() || dequeues > 0, body: () => turn, step: () => {} })
  ).pipe(Effect.ensuring(Deferred.succeed(ended, undefined)))

  return { run, stop, ended: Deferred.await(ended), handling: () => slots }
}
