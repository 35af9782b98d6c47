/**
 * A worker: dequeues the records of a store, hands each to the handler, and
 * writes what became of it. Its resetter is built with it.
 */
import { Deferred, Effect, Layer, type Scope } from "effect"
import { Database } from "../database/Database.ts"
import { operationMetrics } from "../observability/operationMetrics.ts"
import type { Decision } from "../retry/Decision.ts"
import type { SortedError } from "../retry/HandlerError.ts"
import { retryDecision } from "../retry/retryDecision.ts"
import type { InvalidOptions } from "../options/InvalidOptions.ts"
import { checked } from "../options/checks.ts"
import { heartbeats } from "./heartbeats.ts"
import { batchLoop } from "./batchLoop.ts"
import type { JobRunner } from "./JobRunner.ts"
import * as Resetter from "./Resetter.ts"
import * as Retention from "./Retention.ts"
import { oneByOne } from "./oneByOne.ts"
import { makeRunBatch } from "./runBatch.ts"
import { resolveSettings } from "./settings.ts"
import { LowWaterMark } from "../store/LowWaterMark.ts"
import { callOnNotify, WakeUp } from "./WakeUp.ts"
import type { ConditionOptions } from "../store/WorkStore.ts"
import type { OnErrorOf, WorkOptions } from "./WorkerOptions.ts"
import type { Key } from "../table/Key.ts"

/**
 * A worker that runs.
 *
 * @category models
 */
export interface Worker {
  readonly name: string
  /** Stops dequeuing, waits for running handlers, and after the drain timeout gives their records back. */
  readonly stop: Effect.Effect<void>
  /** Until the worker has ended: by its own limits, or by `stop`. */
  readonly ended: Effect.Effect<void>
  /** Handlers that run now. */
  readonly running: Effect.Effect<number>
}

type AnyWorkerOptions<Record, Id extends Key, Source extends string, E, R> = WorkOptions<Record, Id, Source, E, R> & {
  readonly onError?: ((error: never) => Decision) | undefined
}

export type Internals<Record, Id extends Key, Source extends string, R> = Partial<
  Pick<JobRunner<Record, Id, R>, "decide" | "limit" | "policy">
> & {
  /** What may be dequeued, where no `preDequeue` says it. */
  readonly conditions?: ConditionOptions<Source>
}

/**
 * Starts a worker and its resetter. Closing the scope stops it as `stop` does.
 *
 * @category constructors
 */
export const make: {
  // two signatures and not one: the errors of a handler that destructures its claim are inferred last
  <Record, Id extends Key, Source extends string, E extends SortedError, R>(
    options: WorkOptions<Record, Id, Source, E, R> & { readonly onError?: undefined }
  ): Effect.Effect<Worker, InvalidOptions, R | Database | Scope.Scope>
  <Record, Id extends Key, Source extends string, E, R>(
    options: WorkOptions<Record, Id, Source, E, R> & OnErrorOf<E>
  ): Effect.Effect<Worker, InvalidOptions, R | Database | Scope.Scope>
} = <Record, Id extends Key, Source extends string, E, R>(options: AnyWorkerOptions<Record, Id, Source, E, R>) =>
  makeWith(options, {})

/** `make`, for callers in this package that decide more than options can say. */
export const makeWith = Effect.fnUntraced(function* <Record, Id extends Key, Source extends string, E, R>(
  options: AnyWorkerOptions<Record, Id, Source, E, R>,
  internals: Internals<Record, Id, Source, R>
): Effect.fn.Return<Worker, InvalidOptions, R | Database | Scope.Scope> {
  const { hooks = {}, store } = options
  const settings = yield* checked(() => resolveSettings(options, store))
  const sweeps = options.retention === undefined ? Effect.void : yield* Retention.prepare(store, options.retention)
  const { name } = settings
  const database = yield* Database
  const services = yield* Effect.context<R>()
  const wakeUp = new WakeUp()
  const lowWaterMark = new LowWaterMark()
  const ended = yield* Deferred.make<void>()
  const runner: JobRunner<Record, Id, R> = {
    worker: name,
    store,
    handle: options.handle,
    limit: internals.limit ?? (() => settings.maximumRuntimePerJob),
    policy: internals.policy ?? (() => store.retry),
    decide: internals.decide ?? ((failure) => retryDecision(failure, options.onError)),
    metrics: operationMetrics("drover_worker", { worker: name })
  }
  const shared = { settings, runner, hooks, conditions: internals.conditions ?? {}, services, wakeUp }
  const loop =
    settings.batchSize > 1
      ? batchLoop({
          ...shared,
          runBatch: makeRunBatch<Record, Id, Source, R>({ runner, locking: store, database, services, hooks })
        })
      : oneByOne({ ...shared, store, database, lowWaterMark })

  const beatSoon = new WakeUp()
  if (settings.wakeUp === "notify") {
    yield* callOnNotify(database, store.name, { work: wakeUp, stop: beatSoon, lowWaterMark })
  }
  if (settings.ownership === "lease") {
    yield* Effect.forkScoped(heartbeats(store, loop.running, name, settings.heartbeatInterval, beatSoon))
  }
  if (settings.resetInterval !== undefined) {
    yield* Effect.forkScoped(Resetter.run({ store, interval: settings.resetInterval }))
  }
  yield* Effect.forkScoped(sweeps)

  const giveBack = Effect.andThen(
    Effect.suspend(() =>
      Effect.logWarning("Drain timeout: running handlers are interrupted and their records given back").pipe(
        Effect.annotateLogs({ worker: name, handlers: loop.handling() })
      )
    ),
    loop.interrupt
  )
  const drain = Effect.raceFirst(loop.empty, Effect.andThen(Effect.sleep(settings.drainTimeout), giveBack)).pipe(
    Effect.andThen(loop.empty)
  )
  yield* Effect.forkScoped(loop.run)
  yield* Effect.forkScoped(Effect.andThen(loop.ended, Effect.andThen(loop.empty, Deferred.succeed(ended, undefined))))
  const stop = Effect.gen(function* () {
    loop.stop()
    yield* loop.ended
    yield* drain
    if (yield* Deferred.succeed(ended, undefined)) {
      yield* Effect.logInfo("Worker stopped").pipe(Effect.annotateLogs({ worker: name }))
    }
  })
  // registered last, so it runs first: heartbeats go on until the last handler has ended
  yield* Effect.addFinalizer(() => stop)
  yield* Effect.logInfo("Worker started").pipe(
    Effect.annotateLogs({ worker: name, concurrency: settings.concurrency, ownership: settings.ownership })
  )
  return {
    name,
    stop,
    ended: Deferred.await(ended),
    running: Effect.sync(loop.handling)
  }
})

/** A worker and its resetter for as long as the layer lives. @category layers */
export const layer: {
  <Record, Id extends Key, Source extends string, E extends SortedError, R>(
    options: WorkOptions<Record, Id, Source, E, R> & { readonly onError?: undefined }
  ): Layer.Layer<never, InvalidOptions, Exclude<R, Scope.Scope> | Database>
  <Record, Id extends Key, Source extends string, E, R>(
    options: WorkOptions<Record, Id, Source, E, R> & OnErrorOf<E>
  ): Layer.Layer<never, InvalidOptions, Exclude<R, Scope.Scope> | Database>
} = <Record, Id extends Key, Source extends string, E, R>(options: AnyWorkerOptions<Record, Id, Source, E, R>) =>
  Layer.effectDiscard(makeWith(options, {}))
