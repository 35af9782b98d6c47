/**
 * A migrated database with a job queue on it, whose clock the tests move by hand.
 */
import { assert } from "@effect/vitest"
import { asc, eq } from "drizzle-orm"
import { Deferred, Effect, Layer, Logger, Queue } from "effect"
import { inject } from "vitest"
import {
  Database,
  DatabaseClock,
  type JobHandler,
  JobQueue,
  type JobQueueOptions,
  type JobRow,
  JobRuntime,
  jobs
} from "../../../src/index.ts"
import { ManualClock, type TestDatabaseOptions } from "../../../src/testing/index.ts"
import { testDatabase } from "../../support/database.ts"
import { start } from "../../support/moments.ts"

export const fixture = (options: JobQueueOptions = {}, database: Partial<TestDatabaseOptions> = {}) =>
  JobQueue.layerWith(options).pipe(
    Layer.provide(Layer.succeed(DatabaseClock, ManualClock.expression)),
    Layer.provideMerge(ManualClock.layer),
    Layer.provideMerge(testDatabase({ template: inject("templateDatabase"), ...database })),
    Layer.provideMerge(Logger.layer([])) // failures that are meant would fill pages
  )

/** No jobs, and the clock at its start. */
export const emptied = Effect.gen(function* () {
  const { run } = yield* Database
  yield* run((db) => db.delete(jobs))
  yield* ManualClock.use(({ set }) => set(start))
})

/** Every job, oldest first. */
export const rows: Effect.Effect<ReadonlyArray<JobRow>, unknown, Database> = Database.use(({ run }) =>
  run((db) => db.select().from(jobs).orderBy(asc(jobs.id)))
)

/** The job, as it is in the table now. */
export const row = (id: number): Effect.Effect<JobRow, unknown, Database> =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) => db.select().from(jobs).where(eq(jobs.id, id))),
      ([found]) => found!
    )
  )

/** The job, when there is no other. */
export const onlyRow = Effect.map(rows, (all) => {
  assert.strictEqual(all.length, 1)
  return all[0]!
})

/** The next job, claimed as a worker would, which then never says another word. */
export const claimed = JobQueue.use(({ store }) => Effect.map(store.dequeueBatch(1), ([claim]) => claim!))

/** Runs jobs until none is due; gives how many. */
export const runAll = Effect.fnUntraced(function* <Handler extends JobHandler<unknown>>(...handlers: Array<Handler>) {
  let count = 0
  while (yield* JobRuntime.runOnce({ handlers })) count++
  return count
})

/** A runtime that only looks again when it is woken, and that ends with the test, whatever its handlers do. */
export const runtime = <Handler extends JobHandler<unknown>>(options: JobRuntime.JobRuntimeOptions<Handler>) =>
  JobRuntime.make({ interval: "1 hour", drainTimeout: "10 millis", ...options })

/** One run of a handler that waits to be told its end. */
export interface HeldRun<A, E> {
  readonly payload: A
  readonly succeed: Effect.Effect<unknown>
  readonly fail: (error: E) => Effect.Effect<unknown>
}

/** A handler whose runs are held open by the test, which takes them in the order they began. */
export const held = <A, E = never>() => {
  const begun = Effect.runSync(Queue.unbounded<HeldRun<A, E>>())
  return {
    handle: Effect.fnUntraced(function* (payload: A) {
      const end = yield* Deferred.make<void, E>()
      yield* Queue.offer(begun, {
        payload,
        succeed: Deferred.succeed(end, undefined),
        fail: (error) => Deferred.fail(end, error)
      })
      return yield* Deferred.await(end)
    }),
    /** The next run, once it has begun. */
    next: Queue.take(begun),
    /** Runs that have begun and were not taken yet. */
    waiting: Queue.size(begun)
  }
}

/** Asks again and again until the answer is yes. */
export const until = <E, R>(question: Effect.Effect<boolean, E, R>) =>
  Effect.repeat(question, { until: (answer) => answer })

/** Waits until the job is in this state. */
export const untilState = (id: number, state: JobRow["state"]) =>
  until(Effect.map(row(id), (job) => job.state === state))
