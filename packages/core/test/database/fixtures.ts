/**
 * Work that never lets go of the database, and what has to be true when the
 * storm is over.
 */
import { assert } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Deferred, Effect, Queue, Stream } from "effect"
import { Database, DatabaseUnavailable, LeaseLost, RetryPolicy, StatementRejected, Worker } from "../../src/index.ts"
import { WAKE_CHANNEL } from "../../src/store/wake.ts"
import { makeQueue, type TaskClaim } from "../worker/fixtures/queue.ts"

/** Every way to own records. */
const ways = [
  { ownership: "lease", concurrency: 4 },
  { ownership: "transaction", concurrency: 4 },
  { ownership: "transaction", concurrency: 2, batchSize: 5 }
] as const
const forEver = {
  stalledMaxAge: "1 second",
  maxNumResets: 10_000,
  retry: RetryPolicy.fixed(10_000, "20 millis")
} as const

/** Starts two workers of each ownership over so many records each, and callers that do as they like. */
export const underLoad = Effect.fnUntraced(function* (records: number) {
  const { begin, control, run, transaction } = yield* Database
  const errors: Array<unknown> = []
  const noted = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.tapError(effect, (error) => Effect.sync(() => errors.push(error)))
  const short = (millis: number) => run((db) => db.execute(sql`select pg_sleep(${millis / 1000}::float8)`))

  const queues = yield* Effect.forEach(ways, (way) =>
    Effect.gen(function* () {
      const queue = yield* makeQueue(forEver)
      yield* queue.add(records)
      const work = (claim: TaskClaim) =>
        Effect.gen(function* () {
          yield* queue.affect(claim)
          yield* Effect.ignore(transaction(Effect.andThen(queue.affect(claim, "undone"), Effect.fail("undo"))))
          yield* short(claim.id % 40)
        })
      const handle = (claim: TaskClaim) =>
        noted(way.ownership === "transaction" ? work(claim) : Effect.andThen(short(5), claim.completeIn(work(claim))))
      for (let worker = 0; worker < 2; worker++) {
        yield* Worker.make({ ...way, store: queue.store, handle, interval: "50 millis" })
      }
      return queue
    })
  )
  for (const call of [
    short(3),
    control((db) => db.execute(sql`select 1`)),
    transaction(Effect.andThen(short(3), transaction(short(3)))),
    Effect.scoped(Effect.flatMap(begin, (open) => Effect.andThen(open.use(short(3)), open.commit))),
    transaction(short(50)).pipe(Effect.timeoutOption("20 millis")) // interrupted in the middle
  ]) {
    yield* Effect.forkScoped(Effect.forever(Effect.ignore(noted(call))))
  }

  const completed = Effect.map(
    Effect.forEach(queues, ({ store }) => store.countByState(["completed"])),
    (counts) => counts.reduce((sum, count) => sum + (count.completed ?? 0), 0)
  ).pipe(Effect.retry({ while: (error) => error._tag === "DatabaseUnavailable" || error._tag === "StatementRejected" }))
  return {
    /** Until this part of all records is completed. */
    reached: (part: number) =>
      Effect.repeat(Effect.delay(completed, "10 millis"), { until: (count) => count >= records * ways.length * part }),
    /** Everything is done once, the callers were told in words they understand, and all connections are there. */
    whole: Effect.gen(function* () {
      for (const queue of queues) {
        const states = yield* queue.states
        assert.deepStrictEqual([...new Set(states)], ["completed"])
        const ids = (yield* queue.rows).map(({ id }) => id)
        assert.deepStrictEqual(yield* queue.effects, ids)
      }
      assert.deepStrictEqual(
        errors.filter((error) => !isUnderstood(error)),
        []
      )
    }),
    errors
  }
})

const isUnderstood = (error: unknown): boolean =>
  error instanceof LeaseLost ||
  ((error instanceof DatabaseUnavailable || error instanceof StatementRejected) && error.retryable)

/** So many transactions are open at once: no connection is lost. */
export const poolIsWhole = Effect.fnUntraced(function* (connections: number) {
  const { run, transaction } = yield* Database
  const all = yield* Deferred.make<void>()
  let open = 0
  const held = transaction(
    Effect.gen(function* () {
      yield* run((db) => db.execute(sql`select 1`))
      if (++open === connections) yield* Deferred.succeed(all, undefined)
      yield* Deferred.await(all)
    })
  )
  yield* Effect.all(
    Array.from({ length: connections }, () => held),
    { concurrency: "unbounded" }
  )
})

/** The control connections answer, and a notification arrives on `notifications`. */
export const hears = Effect.fnUntraced(function* (notifications: Queue.Dequeue<string>) {
  const { control } = yield* Database
  const payload = `heard ${Math.random()}`
  const notify = control((db) => db.execute(sql`select pg_notify(${WAKE_CHANNEL}, ${payload})`))
  // again and again, until the listener is back
  yield* Effect.raceFirst(
    Effect.forever(Effect.andThen(notify, Effect.sleep("50 millis"))),
    Effect.repeat(Queue.take(notifications), { until: (heard) => heard === payload })
  )
})

/** Everything that is notified from now on. */
export const listening = Effect.gen(function* () {
  const { listen } = yield* Database
  const payloads = yield* Queue.unbounded<string>()
  const subscribed = yield* Deferred.make<void>()
  yield* Effect.forkScoped(
    Stream.runForEach(listen(WAKE_CHANNEL), (notification) =>
      notification._tag === "Subscribed"
        ? Deferred.succeed(subscribed, undefined)
        : Queue.offer(payloads, notification.payload)
    )
  )
  yield* Deferred.await(subscribed)
  return payloads
})

/** What nobody caught in the process, while the scope is open. */
export const uncaught = Effect.acquireRelease(
  Effect.sync(() => {
    const caught: Array<unknown> = []
    const note = (thrown: unknown) => void caught.push(thrown)
    process.on("uncaughtException", note)
    process.on("unhandledRejection", note)
    return { caught, note }
  }),
  ({ note }) =>
    Effect.sync(() => {
      process.off("uncaughtException", note)
      process.off("unhandledRejection", note)
    })
).pipe(Effect.map(({ caught }) => caught))
