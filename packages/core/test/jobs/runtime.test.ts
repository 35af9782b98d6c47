import { assert, layer } from "@effect/vitest"
import { Deferred, Duration, Effect, Exit, Fiber, Layer, Schema, Scope } from "effect"
import {
  Database,
  Decision,
  type JobHandler,
  JobKind,
  JobQueue,
  JobRuntime,
  PermanentError,
  RetryableError,
  RetryPolicy,
  Snooze
} from "../../src/index.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { fromNow, start } from "../support/moments.ts"
import { untilBlocked } from "./support/locks.ts"
import { emptied, fixture, held, onlyRow, row, rows, runAll, runtime, until, untilState } from "./support/queue.ts"

const number = Schema.Struct({ n: Schema.Int })
type N = typeof number.Type
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => ({ n: from + index }))

const Plain = JobKind.make("plain", { payload: number })
const Limited = JobKind.make("limited", { payload: number, concurrency: 2, priority: -1 })

layer(fixture(), { excludeTestServices: true })("A runtime", (it) => {
  it.effect("is woken by the commit of an enqueue, and needs no interval", () =>
    Effect.gen(function* () {
      yield* emptied
      const runs = held<N>()
      yield* runtime({ handlers: [Plain.handle(runs.handle)], interval: "1 day" })
      for (const payload of numbers(1, 20)) {
        yield* Plain.enqueue(payload)
        const run = yield* runs.next
        assert.deepStrictEqual(run.payload, payload)
        yield* run.succeed
        yield* until(Effect.map(rows, (all) => all.every(({ state }) => state === "completed")))
      }
    })
  )

  it.effect("runs no more of a kind than the kind allows, and goes on with the others", () =>
    Effect.gen(function* () {
      yield* emptied
      const limited = held<N>()
      const plain = held<N>()
      yield* Limited.enqueueAll(numbers(1, 5))
      yield* Plain.enqueueAll(numbers(1, 5))
      const worker = yield* runtime({
        handlers: [Limited.handle(limited.handle), Plain.handle(plain.handle)],
        concurrency: 5
      })
      const [l1, l2] = [yield* limited.next, yield* limited.next]
      const [p1, p2, p3] = [yield* plain.next, yield* plain.next, yield* plain.next]
      assert.strictEqual(yield* worker.running, 5)

      yield* p1.succeed
      const p4 = yield* plain.next // the free slot goes to a kind that may have it, though the other one comes first
      yield* l1.succeed
      const l3 = yield* limited.next
      assert.deepStrictEqual([yield* limited.waiting, yield* plain.waiting], [0, 0])

      yield* Effect.all([l2.succeed, l3.succeed, p2.succeed, p3.succeed, p4.succeed])
      yield* Effect.all([
        Effect.flatMap(limited.next, (run) => run.succeed),
        Effect.flatMap(limited.next, (run) => run.succeed)
      ])
      yield* Effect.flatMap(plain.next, (run) => run.succeed)
      yield* until(Effect.map(rows, (all) => all.every(({ state }) => state === "completed")))
    })
  )

  it.effect("hears of new work while a kind is full, and of the kind's free slot", () =>
    Effect.gen(function* () {
      yield* emptied
      const limited = held<N>()
      const plain = held<N>()
      yield* Limited.enqueueAll(numbers(1, 3))
      const worker = yield* runtime({ handlers: [Limited.handle(limited.handle), Plain.handle(plain.handle)] })
      const first = yield* limited.next
      yield* limited.next
      yield* Plain.enqueue({ n: 1 })
      yield* plain.next

      assert.strictEqual(yield* worker.running, 3)
      assert.deepStrictEqual(
        (yield* rows).map(({ state }) => state),
        ["processing", "processing", "queued", "processing"]
      )
      yield* first.succeed
      yield* limited.next
    })
  )

  it.effect("gives a kind's slot back whatever becomes of the job", () =>
    Effect.gen(function* () {
      yield* emptied
      const One = JobKind.make("one", { payload: number, concurrency: 1, timeout: "1 milli", retry: RetryPolicy.never })
      yield* One.enqueueAll(numbers(1, 6))
      let running = 0
      let most = 0
      const ends: ReadonlyArray<Effect.Effect<unknown, PermanentError | Snooze>> = [
        Effect.void,
        Effect.fail(new PermanentError({ reason: "gone" })),
        Effect.die("defect"),
        Effect.never,
        Effect.fail(new Snooze({ for: Duration.hours(1) })),
        Effect.void
      ]
      yield* runtime({
        handlers: [
          One.handle(({ n }) =>
            Effect.suspend(() => {
              most = Math.max(most, ++running)
              return Effect.ensuring(
                Effect.andThen(Effect.yieldNow, ends[n - 1]!),
                Effect.sync(() => void running--)
              )
            })
          )
        ]
      })
      yield* until(
        Effect.map(rows, (all) => all.every(({ attempt, state }) => attempt === 1 && state !== "processing"))
      )

      assert.strictEqual(most, 1)
      assert.deepStrictEqual(
        (yield* rows).map(({ state }) => state),
        ["completed", "failed", "failed", "failed", "queued", "completed"]
      )
    })
  )

  it.effect("counts a kind's jobs in each worker by itself", () =>
    Effect.gen(function* () {
      yield* emptied
      const limited = held<N>()
      yield* Limited.enqueueAll(numbers(1, 5))
      const handlers = [Limited.handle(limited.handle)]
      const workers = [yield* runtime({ handlers }), yield* runtime({ handlers })]
      for (let begun = 0; begun < 4; begun++) yield* limited.next

      assert.deepStrictEqual(yield* Effect.all(workers.map(({ running }) => running)), [2, 2])
    })
  )

  it.effect("limits and rests each kind by its own policy", () =>
    Effect.gen(function* () {
      yield* emptied
      const options = { payload: number, timeout: "1 milli" } as const
      const Short = JobKind.make("short", { ...options, retry: RetryPolicy.fixed(2, "10 minutes") })
      const Shorter = JobKind.make("shorter", { ...options, retry: RetryPolicy.never })
      const short = yield* Short.enqueue({ n: 1 })
      const shorter = yield* Shorter.enqueue({ n: 1 })
      const unlimited = yield* Plain.enqueue({ n: 1 })
      const plain = held<N>()
      yield* runtime({
        handlers: [Short.handle(() => Effect.never), Shorter.handle(() => Effect.never), Plain.handle(plain.handle)]
      })
      const run = yield* plain.next
      yield* untilState(short.id, "errored")
      yield* untilState(shorter.id, "failed")
      assert.deepInclude(yield* row(short.id), { processAfter: fromNow("10 minutes"), maxAttempts: 2 })
      assert.deepInclude(yield* row(unlimited.id), { state: "processing" })

      yield* run.succeed
      yield* ManualClock.use(({ advance }) => advance("11 minutes"))
      yield* JobQueue.use(({ store }) => store.wake)
      yield* untilState(short.id, "failed")
    })
  )

  it.effect("ends with its layer, after the jobs that run", () =>
    Effect.gen(function* () {
      yield* emptied
      const plain = held<N>()
      const { id } = yield* Plain.enqueue({ n: 1 })
      const services = yield* Effect.context<JobQueue | Database>()
      const scope = yield* Scope.make()
      yield* Layer.buildWithScope(
        JobRuntime.layer({ handlers: [Plain.handle(plain.handle)] }).pipe(
          Layer.provide(Layer.succeedContext(services))
        ),
        scope
      )
      const run = yield* plain.next
      const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
      assert.deepInclude(yield* row(id), { state: "processing" })
      yield* run.succeed
      yield* Fiber.join(closing)

      assert.deepInclude(yield* row(id), { state: "completed" })
    })
  )

  it.effect("refuses to start without handlers, or with two for one kind", () =>
    Effect.gen(function* () {
      const none = yield* Effect.flip(JobRuntime.make({ handlers: [] }))
      const twice = yield* Effect.flip(
        Effect.scoped(
          Layer.build(
            JobRuntime.layer({
              handlers: [
                Plain.handle(() => Effect.void),
                Plain.handle(() => Effect.fail(new Snooze({ for: Duration.zero })))
              ]
            })
          )
        )
      )
      const settings = yield* Effect.flip(
        JobRuntime.make({ handlers: [Plain.handle(() => Effect.void)], concurrency: 0 })
      )

      assert.strictEqual(none.message, "job runtime: `handlers` must hold at least one handler")
      assert.strictEqual(
        twice.message,
        'job runtime: `handlers` must hold one handler a kind, but holds several for "plain"'
      )
      assert.include(settings.message, "`concurrency`")
    })
  )

  it.effect("may hold each job by a row lock, and undo what a failed handler wrote", () =>
    Effect.gen(function* () {
      yield* emptied
      const Parent = JobKind.make("parent", {
        payload: number,
        dedupeKey: ({ n }) => String(n),
        retry: RetryPolicy.never
      })
      const reached = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void>()
      const handler = Parent.handle(({ n }) =>
        Effect.gen(function* () {
          yield* Plain.enqueue({ n })
          if (n === 1) return yield* new PermanentError({ reason: "undone" })
          yield* Deferred.succeed(reached, undefined)
          return yield* Deferred.await(go)
        })
      )
      const [failed, done] = yield* Parent.enqueueAll([{ n: 1 }, { n: 2 }])
      yield* runtime({ handlers: [handler], ownership: "transaction", resetInterval: false })
      yield* Deferred.await(reached)
      yield* untilState(failed!.id, "failed")
      const waiting = yield* Effect.forkChild(Parent.enqueue({ n: 2 }), { startImmediately: true })
      yield* untilBlocked(1)
      yield* Deferred.succeed(go, undefined)
      yield* untilState(done!.id, "completed")

      void waiting
      assert.deepStrictEqual(
        (yield* rows).filter(({ kind }) => kind === "plain").map(({ payload }) => payload),
        [{ n: 2 }]
      )
    })
  )
})

layer(fixture(), { excludeTestServices: true })("A handler's error", (it) => {
  class Refused extends Schema.TaggedError<Refused>()("Refused", { status: Schema.Int }) {}
  class Limit extends Schema.TaggedError<Limit>()("Limit", {}) {
    get retryable() {
      return true
    }
    get retryAfter() {
      return Duration.minutes(7)
    }
  }
  const Call = JobKind.make("call", { payload: number, retry: RetryPolicy.fixed(3, "1 minute") })
  const Strict = JobKind.make("strict", { payload: number, retry: RetryPolicy.fixed(3, "1 minute") })

  const outcome = (handler: JobHandler<never>) =>
    Effect.gen(function* () {
      yield* emptied
      yield* Call.enqueue({ n: 1 })
      yield* runAll(handler)
      const { failureMessage, numFailures, processAfter, state } = yield* onlyRow
      return { state, numFailures, rest: processAfter.getTime() - start.getTime(), failureMessage }
    })

  it.effect("that sorts itself needs no word of the kind", () =>
    Effect.gen(function* () {
      const minute = 60_000
      assert.deepStrictEqual(
        [
          yield* outcome(Call.handle(() => Effect.fail(new RetryableError({ reason: "busy" })))),
          yield* outcome(
            Call.handle(() => Effect.fail(new RetryableError({ reason: "limit", retryAfter: Duration.minutes(3) })))
          ),
          yield* outcome(Call.handle(() => Effect.fail(new PermanentError({ reason: "gone" })))),
          yield* outcome(Call.handle(() => Effect.fail(new Snooze({ for: Duration.minutes(5) })))),
          yield* outcome(Call.handle(() => Effect.fail(new Limit())))
        ],
        [
          { state: "errored", numFailures: 1, rest: minute, failureMessage: "busy" },
          { state: "errored", numFailures: 1, rest: 3 * minute, failureMessage: "limit" },
          { state: "failed", numFailures: 1, rest: 0, failureMessage: "gone" },
          { state: "queued", numFailures: 0, rest: 5 * minute, failureMessage: null },
          { state: "errored", numFailures: 1, rest: 7 * minute, failureMessage: `{"_tag":"Limit"}` }
        ]
      )
    })
  )

  it.effect("of another kind is decided by the handler's `onError`", () =>
    Effect.gen(function* () {
      const minute = 60_000
      const decided = (decision: Decision.Decision) =>
        Effect.map(
          outcome(Call.handle(() => Effect.fail(new Refused({ status: 418 })), { onError: () => decision })),
          ({ numFailures, rest, state }) => [state, numFailures, rest]
        )

      assert.deepStrictEqual(yield* decided(Decision.retry), ["errored", 1, minute])
      assert.deepStrictEqual(yield* decided(Decision.retryAfter("9 minutes")), ["errored", 1, 9 * minute])
      assert.deepStrictEqual(yield* decided(Decision.snooze("2 minutes")), ["queued", 0, 2 * minute])
      assert.deepStrictEqual(yield* decided(Decision.fail), ["failed", 1, 0])
    })
  )

  it.effect("means what its own kind says, though another kind fails with the same", () =>
    Effect.gen(function* () {
      yield* emptied
      const call = yield* Call.enqueue({ n: 404 })
      const strict = yield* Strict.enqueue({ n: 404 })
      const refuse = ({ n }: N) => Effect.fail(new Refused({ status: n }))
      yield* runAll(
        Call.handle(refuse, { onError: ({ status }) => (status === 404 ? Decision.retry : Decision.fail) }),
        Strict.handle(refuse, { onError: ({ status }) => (status === 404 ? Decision.fail : Decision.retry) })
      )

      assert.deepStrictEqual([(yield* row(call.id)).state, (yield* row(strict.id)).state], ["errored", "failed"])
    })
  )
})
