/**
 * Runs jobs: a worker over the jobs table with a handler for each kind.
 *
 * It claims only kinds, and payload versions, that it knows: during a rolling
 * deploy, jobs of a new kind wait for a process that can run them.
 */
import { Effect, Layer, type Scope } from "effect"
import type { Database } from "../database/Database.ts"
import { retryDecision } from "../retry/retryDecision.ts"
import { PermanentError } from "../retry/HandlerError.ts"
import { InvalidOptions } from "../store/StoreError.ts"
import * as Condition from "../table/Condition.ts"
import { sql } from "drizzle-orm"
import { byLease, type DequeueError } from "../worker/ownership.ts"
import { RunningJob } from "../worker/RunningJobs.ts"
import { runJob } from "../worker/runJob.ts"
import { type Internals, makeWith, type Worker } from "../worker/Worker.ts"
import type { PreDequeue, WorkerSettings } from "../worker/WorkerOptions.ts"
import { operationMetrics } from "../observability/operationMetrics.ts"
import type { JobHandler } from "./JobHandler.ts"
import type { Job } from "./JobKind.ts"
import { JobQueue } from "./JobQueue.ts"
import { type JobRow, jobs } from "./jobsTable.ts"

/** @category options */
export interface JobRuntimeOptions<R> extends Omit<WorkerSettings, "maximumRuntimePerJob"> {
  readonly handlers: ReadonlyArray<JobHandler<R>>
  /**
   * Kinds to claim although no handler is given: their jobs fail for good. For kinds that were removed and
   * whose jobs are to be cleared away. Defaults to none.
   */
  readonly alsoClaim?: ReadonlyArray<string> | undefined
}

/**
 * Starts a worker for these handlers, with its resetter.
 *
 * @category constructors
 */
export const make = Effect.fnUntraced(function* <R>(
  options: JobRuntimeOptions<R>
): Effect.fn.Return<Worker, InvalidOptions, R | JobQueue | Database | Scope.Scope> {
  const { store } = yield* JobQueue
  const kinds = yield* knownKinds(options)
  const slots = makeSlots(kinds)
  return yield* makeWith(
    {
      ...options,
      store,
      handle: kinds.handle,
      onError: undefined as never, // every error is decided by its kind, below
      hooks: { preDequeue: slots.budget, preHandle: slots.enter, postHandle: slots.leave }
    },
    kinds
  )
})

/** Runs for as long as the layer lives. @category layers */
export const layer = <R>(
  options: JobRuntimeOptions<R>
): Layer.Layer<never, InvalidOptions, Exclude<R, Scope.Scope> | JobQueue | Database> => Layer.effectDiscard(make(options))

/**
 * Claims one job and runs it to its end. Answers whether there was one.
 *
 * @category constructors
 */
export const runOnce = Effect.fnUntraced(function* <R>(
  options: Pick<JobRuntimeOptions<R>, "handlers" | "alsoClaim" | "workerHostname">
): Effect.fn.Return<boolean, InvalidOptions | DequeueError, R | JobQueue> {
  const { store } = yield* JobQueue
  const kinds = yield* knownKinds(options)
  const runner = {
    ...kinds,
    worker: store.name,
    store: store as never,
    postHandle: undefined,
    metrics: operationMetrics("drover_worker", { worker: store.name })
  }
  return yield* Effect.uninterruptible(
    Effect.gen(function* () {
      const [owned] = yield* byLease(store)(1, {
        conditions: claimable,
        values: kinds.values(kinds.names),
        workerHostname: options.workerHostname
      })
      if (owned === undefined) return false
      yield* runJob<JobRow, number, R>(runner, owned, new RunningJob(owned.claim, true))
      return true
    })
  )
})

/** Kinds are given at each dequeue: which of them have a free slot changes. */
const claimable = [
  Condition.raw(
    jobs,
    sql`${jobs.kind} = any(${sql.placeholder("kinds")}) and ${jobs.payloadVersion} <= (${sql.placeholder("versions")}::jsonb ->> ${jobs.kind})::int`
  )
]

interface Kinds<R> extends Required<Internals<JobRow, number, R>> {
  readonly names: ReadonlyArray<string>
  readonly handlers: ReadonlyMap<string, JobHandler<R>>
  readonly handle: (job: Job) => Effect.Effect<unknown, unknown, R>
  /** The values of `claimable`'s placeholders. */
  readonly values: (names: ReadonlyArray<string>) => Readonly<Record<string, unknown>>
}

const knownKinds = <R>({
  alsoClaim = [],
  handlers
}: Pick<JobRuntimeOptions<R>, "handlers" | "alsoClaim">): Effect.Effect<Kinds<R>, InvalidOptions> =>
  Effect.suspend(() => {
    const invalid = (field: string, rule: string) =>
      Effect.fail(new InvalidOptions({ store: "job runtime", field, rule }))
    const byName = new Map(handlers.map((handler) => [handler.kind.name, handler]))
    const names = [...new Set([...byName.keys(), ...alsoClaim])]
    if (names.length === 0) return invalid("handlers", "must hold at least one handler")
    if (byName.size < handlers.length) return invalid("handlers", "must hold one handler a kind")
    const of = (job: Job) => byName.get(job.record.kind)
    const anyVersion = 2_147_483_647
    const versions = JSON.stringify(Object.fromEntries(names.map((name) => [name, byName.get(name)?.kind.version ?? anyVersion])))
    return Effect.succeed<Kinds<R>>({
      names,
      handlers: byName,
      handle: (job) =>
        of(job)?.run(job) ?? Effect.fail(new PermanentError({ reason: `no handler for kind "${job.record.kind}"` })),
      values: (claimed) => ({ kinds: claimed, versions }),
      limit: (job) => of(job)?.kind.timeout,
      policy: (job) => of(job)?.kind.retry ?? { attempts: 1, delay: undefined as never },
      decide: (failure, job) => retryDecision(failure, of(job)?.onError)
    })
  })

/** Keeps kinds within their own concurrency: a kind without a free slot is not claimed. */
const makeSlots = <R>({ handlers, names, values }: Kinds<R>) => {
  const running = new Map<string, number>()
  const count = (kind: string, change: number) => running.set(kind, (running.get(kind) ?? 0) + change)
  const free = (name: string): number =>
    (handlers.get(name)?.kind.concurrency ?? Infinity) - (running.get(name) ?? 0)
  return {
    budget: Effect.sync((): PreDequeue<"jobs"> => {
      const open = names.filter((name) => free(name) > 0)
      return {
        go: open.length > 0,
        limit: Math.min(...open.map(free)),
        conditions: claimable,
        values: values(open)
      }
    }),
    enter: (job: Job) => Effect.sync(() => void count(job.record.kind, 1)),
    leave: (job: Job) => Effect.sync(() => void count(job.record.kind, -1))
  }
}
