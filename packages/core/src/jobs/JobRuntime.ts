/**
 * Runs jobs: a worker over the jobs table with a handler for each kind.
 *
 * ```ts
 * JobRuntime.layer({
 *   handlers: [SendWelcome.handle(sendWelcome), Reindex.handle(reindex)],
 *   concurrency: 20
 * })
 * ```
 *
 * It claims only kinds, and payload versions, that it knows: during a rolling
 * deploy, jobs of a new kind wait for a process that can run them.
 */
import { Duration, Effect, Fiber, Layer, type Scope } from "effect"
import type { Database } from "../database/Database.ts"
import { operationMetrics } from "../observability/operationMetrics.ts"
import * as Decision from "../retry/Decision.ts"
import type { InvalidOptions } from "../options/InvalidOptions.ts"
import { heartbeats } from "../worker/heartbeats.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import type { DequeueInTransaction } from "../store/StoreError.ts"
import { Marks } from "../worker/Marks.ts"
import { runLeased } from "../worker/runLeased.ts"
import { RunningJobs } from "../worker/RunningJobs.ts"
import { makeWith, type Worker } from "../worker/Worker.ts"
import type { WorkerSettings } from "../worker/WorkerOptions.ts"
import type { JobHandler, Requirements } from "./JobHandler.ts"
import { JobQueue } from "./JobQueue.ts"
import type { JobRow } from "./jobsTable.ts"
import { kindSlots } from "./kindSlots.ts"
import { type KnownKinds, knownKinds } from "./knownKinds.ts"

/** Which jobs to claim, and who runs them. @category options */
export interface HandlersOptions<Handler extends JobHandler<unknown>> {
  /** One for each kind. */
  readonly handlers: ReadonlyArray<Handler>
  /**
   * Kinds to claim although no handler is given: their jobs fail for good. For kinds that were removed and
   * whose jobs are to be cleared away. Defaults to none.
   */
  readonly alsoClaim?: ReadonlyArray<string> | undefined
}

/**
 * A job's limit is its kind's `timeout`. With `ownership: "transaction"` an
 * enqueue waits for as long as a job with its key is running.
 *
 * @category options
 */
export interface JobRuntimeOptions<Handler extends JobHandler<unknown>>
  extends HandlersOptions<Handler>, Omit<WorkerSettings, "maximumRuntimePerJob"> {}

/**
 * Starts a worker for these handlers, with its resetter.
 *
 * Fails with `InvalidOptions` without handlers, or with two for one kind.
 *
 * @category constructors
 */
export const make = Effect.fnUntraced(function* <Handler extends JobHandler<unknown>>(
  options: JobRuntimeOptions<Handler>
): Effect.fn.Return<Worker, InvalidOptions, Requirements<Handler> | JobQueue | Database | Scope.Scope> {
  const { store } = yield* JobQueue
  const kinds = yield* resolve(options)
  return yield* makeWith(
    {
      ...options,
      store,
      handle: kinds.handle,
      onError: () => Decision.retry, // never asked: `kinds.decide` goes first
      hooks: kindSlots(kinds)
    },
    kinds
  )
})

/** Runs for as long as the layer lives. @category layers */
export const layer = <Handler extends JobHandler<unknown>>(
  options: JobRuntimeOptions<Handler>
): Layer.Layer<never, InvalidOptions, Exclude<Requirements<Handler>, Scope.Scope> | JobQueue | Database> =>
  Layer.effectDiscard(make(options))

/** @category options */
export interface RunOnceOptions<Handler extends JobHandler<unknown>> extends HandlersOptions<Handler> {
  /** Written to the job. Defaults to the empty string. */
  readonly workerHostname?: string | undefined
}

/**
 * Claims one job and runs it to its end, as a runtime would. Answers whether
 * there was one; fails when the claim does. For tests, and for processes that
 * live as long as one job. Interruption gives the job back.
 *
 * @category constructors
 */
export const runOnce = Effect.fnUntraced(function* <Handler extends JobHandler<unknown>>(
  options: RunOnceOptions<Handler>
): Effect.fn.Return<boolean, InvalidOptions | DequeueInTransaction | DatabaseError, Requirements<Handler> | JobQueue> {
  const { store } = yield* JobQueue
  const kinds = yield* resolve(options)
  const worker = `${store.name}.once`
  const runner = { ...kinds, worker, store, metrics: operationMetrics("drover_worker", { worker }) }
  const services = yield* Effect.context<Requirements<Handler>>()
  const marks = new Marks<number>({ store, fork: Effect.runForkWith(services), onRoom: () => {} })
  const running = new RunningJobs<JobRow, number>()
  const begin = runLeased(runner, services, marks)

  return yield* Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const asked = { ...kinds.claiming(kinds.names), workerHostname: options.workerHostname }
      const [claim] = yield* store.dequeueBatch(1, asked)
      if (claim === undefined) return false
      const job = running.add(claim, true)
      const interval = Duration.millis(Duration.toMillis(store.stalledMaxAge) / 4)
      const beating = yield* Effect.forkChild(heartbeats(store, running, worker, interval))
      begin(job, { handled: () => {}, ended: () => running.remove(job) })
      yield* restore(running.empty).pipe(
        Effect.onInterrupt(() =>
          Effect.andThen(
            Effect.sync(() => job.stop("shutdown")),
            running.empty
          )
        )
      )
      yield* Fiber.interrupt(beating)
      return true
    })
  )
})

const resolve = <Handler extends JobHandler<unknown>>({
  alsoClaim = [],
  handlers
}: HandlersOptions<Handler>): Effect.Effect<KnownKinds<Requirements<Handler>>, InvalidOptions> =>
  knownKinds(
    handlers as ReadonlyArray<JobHandler<unknown>> as ReadonlyArray<JobHandler<Requirements<Handler>>>,
    alsoClaim
  )
