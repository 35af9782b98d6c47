import { assert, layer } from "@effect/vitest"
import { Data, Duration, Effect, Schedule } from "effect"
import {
  Decision,
  PermanentError,
  RetryableError,
  RetryPolicy,
  Snooze,
  type SortedError,
  Worker
} from "../../src/index.ts"
import { makeQueue, quietDatabase, type QueueOptions, type Task } from "./fixtures/queue.ts"

interface Options<E> extends Omit<Worker.WorkOptions<Task, number, string, E, never>, "store"> {
  readonly onError?: (error: Exclude<E, SortedError>) => Decision.Decision
}

/** Handles one new record until the worker ends; gives the record. */
const handleOne = <E>(options: Options<E>, queueOptions?: QueueOptions) =>
  Effect.scoped(
    Effect.gen(function* () {
      const queue = yield* makeQueue(queueOptions)
      const [id] = yield* queue.add(1)
      const all = { numTotalJobs: 1, ...options, store: queue.store }
      const worker = yield* Worker.make(all as typeof all & Worker.OnErrorOf<E>)
      yield* worker.ended
      return yield* queue.row(id!)
    })
  )

/** Minutes from the end of the attempt to the next. */
const rest = ({ finishedAt, processAfter }: Task) => (processAfter.getTime() - finishedAt!.getTime()) / 60_000

class Oops extends Data.TaggedError("Oops")<{ readonly message: string }> {}
const oops = () => new Oops({ message: "oops" })

/** An error that sorts itself, as the database's do. */
class Busy extends Data.TaggedError("Busy")<{
  readonly retryable: boolean
  readonly retryAfter?: Duration.Duration
}> {}

layer(quietDatabase(), { excludeTestServices: true })("What becomes of an attempt", (it) => {
  it.effect("completes the record of a handler that succeeds", () =>
    Effect.gen(function* () {
      const row = yield* handleOne({ handle: () => Effect.void })

      assert.deepInclude(row, { state: "completed", attempt: 1, numFailures: 0, failureMessage: null })
      assert.isNotNull(row.finishedAt)
    })
  )

  it.effect("errs the record of a handler that fails, with its message", () =>
    Effect.gen(function* () {
      const row = yield* handleOne({ handle: oops, onError: () => Decision.retry })

      assert.deepInclude(row, { state: "errored", attempt: 1, numFailures: 1, failureMessage: "oops" })
    })
  )

  it.effect("fails the record of an error that can never pass", () =>
    Effect.gen(function* () {
      const row = yield* handleOne({ handle: () => new PermanentError({ reason: "the thing is gone" }) })

      assert.deepInclude(row, { state: "failed", numFailures: 1, failureMessage: "the thing is gone" })
    })
  )

  it.effect("fails the record once its attempts are used up", () =>
    Effect.gen(function* () {
      const row = yield* handleOne(
        { handle: () => new RetryableError({ reason: "again" }), numTotalJobs: 3, interval: "1 millis" },
        { retry: RetryPolicy.fixed(3, "1 millis") }
      )

      assert.deepInclude(row, { state: "failed", attempt: 3, numFailures: 3, failureMessage: "again" })
    })
  )

  it.effect("fails the record when the schedule ends before the attempts do", () =>
    Effect.gen(function* () {
      const delay = Schedule.spaced("1 millis").pipe(Schedule.upTo({ times: 1 }))
      const row = yield* handleOne(
        { handle: () => new RetryableError({ reason: "again" }), numTotalJobs: 2, interval: "1 millis" },
        { retry: RetryPolicy.make({ attempts: 9, delay }) }
      )

      assert.deepInclude(row, { state: "failed", attempt: 2, numFailures: 2 })
    })
  )

  it.effect("rests as the schedule says, longer after each failure", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({
        retry: RetryPolicy.make({ attempts: 9, delay: Schedule.exponential("1 minute") })
      })
      const [id] = yield* queue.add(1)
      const rests: Array<number> = []
      for (let failures = 0; failures < 3; failures++) {
        yield* queue.force("process_after = now() - interval '1 second'")
        const worker = yield* Worker.make({
          store: queue.store,
          handle: () => new RetryableError({ reason: "not yet" }),
          numTotalJobs: 1
        })
        yield* worker.ended
        rests.push(Math.round(rest(yield* queue.row(id!))))
      }

      assert.deepStrictEqual(rests, [1, 2, 4])
    })
  )

  it.effect("rests as long as a retryable error asks for, whatever the schedule says", () =>
    Effect.gen(function* () {
      const error = new RetryableError({ reason: "rate limit", retryAfter: Duration.minutes(7) })
      const row = yield* handleOne({ handle: () => error })

      assert.deepInclude(row, { state: "errored", numFailures: 1, failureMessage: "rate limit" })
      assert.strictEqual(Math.round(rest(row)), 7)
    })
  )

  it.effect("counts the attempts of errors that ask for a time of their own", () =>
    Effect.gen(function* () {
      const error = new RetryableError({ reason: "rate limit", retryAfter: Duration.minutes(7) })
      const row = yield* handleOne({ handle: () => error }, { retry: RetryPolicy.never })

      assert.deepInclude(row, { state: "failed", numFailures: 1 })
    })
  )

  it.effect("queues a snoozed record for later, with no failure counted", () =>
    Effect.gen(function* () {
      const row = yield* handleOne({ handle: () => new Snooze({ for: Duration.minutes(9) }) })

      assert.deepInclude(row, { state: "queued", attempt: 1, numFailures: 0, finishedAt: null })
      assert.strictEqual(Math.round((row.processAfter.getTime() - row.queuedAt.getTime()) / 60_000), 9)
    })
  )

  it.effect("takes an error at its word that says whether it is retryable", () =>
    Effect.gen(function* () {
      const later = yield* handleOne({ handle: () => new Busy({ retryable: true, retryAfter: Duration.minutes(3) }) })
      const soon = yield* handleOne({ handle: () => new Busy({ retryable: true }) })
      const never = yield* handleOne({ handle: () => new Busy({ retryable: false }) })

      assert.deepStrictEqual([later.state, Math.round(rest(later))], ["errored", 3])
      assert.deepStrictEqual([soon.state, rest(soon)], ["errored", 60])
      assert.strictEqual(never.state, "failed")
    })
  )

  it.effect("does what onError decides of errors that do not sort themselves", () =>
    Effect.gen(function* () {
      const after = (decision: Decision.Decision) => handleOne({ handle: oops, onError: () => decision })

      const retried = yield* after(Decision.retry)
      assert.deepStrictEqual([retried.state, rest(retried)], ["errored", 60])
      const delayed = yield* after(Decision.retryAfter("5 minutes"))
      assert.deepStrictEqual([delayed.state, Math.round(rest(delayed))], ["errored", 5])
      const snoozed = yield* after(Decision.snooze("5 minutes"))
      assert.deepStrictEqual([snoozed.state, snoozed.numFailures], ["queued", 0])
      const failed = yield* after(Decision.fail)
      assert.deepStrictEqual([failed.state, failed.failureMessage], ["failed", "oops"])
    })
  )

  it.effect("retries when onError itself throws, and says so on the record", () =>
    Effect.gen(function* () {
      const onError = () => {
        throw new Error("onError is broken")
      }
      const row = yield* handleOne({ handle: oops, onError })

      assert.deepInclude(row, { state: "errored", numFailures: 1 })
      assert.include(row.failureMessage!, "onError is broken")
    })
  )

  it.effect("interrupts a handler whose time is up, and names the limit", () =>
    Effect.gen(function* () {
      let interrupted = false
      const handle = () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => (interrupted = true)))
      const row = yield* handleOne({ handle, maximumRuntimePerJob: "20 millis" })

      assert.deepInclude(row, {
        state: "errored",
        numFailures: 1,
        failureMessage: "job exceeded maximum execution time of 20ms"
      })
      assert.isTrue(interrupted)
    })
  )

  const defects = {
    dies: () => Effect.die(new Error("boom")),
    "throws instead of giving an effect": () => {
      throw new Error("boom")
    },
    "throws inside its effect": () =>
      Effect.sync(() => {
        throw new Error("boom")
      })
  }
  for (const [does, handle] of Object.entries(defects)) {
    it.effect(`errs the record of a handler that ${does}, and goes on with the next`, () =>
      Effect.gen(function* () {
        const queue = yield* makeQueue()
        const [broken, whole] = yield* queue.add(2)
        const worker = yield* Worker.make({
          store: queue.store,
          handle: ({ id }) => (id === broken ? handle() : Effect.void),
          concurrency: 1,
          numTotalJobs: 2
        })
        yield* worker.ended

        const row = yield* queue.row(broken!)
        assert.deepInclude(row, { state: "errored", numFailures: 1 })
        assert.match(row.failureMessage!, /^defect: .*boom/)
        assert.strictEqual((yield* queue.row(whole!)).state, "completed")
      })
    )
  }

  it.effect("errs the record of a handler that interrupts itself", () =>
    Effect.gen(function* () {
      const row = yield* handleOne({ handle: () => Effect.interrupt })

      assert.deepInclude(row, { state: "errored", numFailures: 1 })
      assert.include(row.failureMessage!, "defect")
    })
  )

  it.effect("keeps a message that Postgres would not take, and cuts one that is endless", () =>
    Effect.gen(function* () {
      const odd = yield* handleOne({ handle: () => new RetryableError({ reason: "a\u0000b" }) })
      const long = yield* handleOne({ handle: () => new RetryableError({ reason: "x".repeat(50_000) }) })

      assert.strictEqual(odd.failureMessage, "a\uFFFDb")
      assert.strictEqual(long.failureMessage!.length, 10_000)
    })
  )
})
