import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, Schema } from "effect"
import { Database, JobKind, JobQueue, JobRuntime } from "../../src/index.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { fromNow } from "../support/moments.ts"
import { emptied, fixture, held, onlyRow, row, rows, until } from "./support/queue.ts"

const number = Schema.Struct({ n: Schema.Int })
const Plain = JobKind.make("plain", { payload: number })
const Next = JobKind.make("next", { payload: number })

// heartbeats follow each other fast, in real time; what they write is read from the clock of the tests
layer(fixture({ stalledMaxAge: "400 millis" }), { excludeTestServices: true })("One job at a time", (it) => {
  it.effect("runs as many jobs as calls, in order", () =>
    Effect.gen(function* () {
      yield* emptied
      yield* Plain.enqueueAll([{ n: 1 }, { n: 2 }])
      const seen: Array<number> = []
      const once = JobRuntime.runOnce({
        handlers: [Plain.handle(({ n }) => Effect.sync(() => void seen.push(n)))],
        workerHostname: "me"
      })
      assert.isTrue(yield* once)
      assert.deepStrictEqual(seen, [1])
      assert.deepStrictEqual(
        (yield* rows).map(({ state, workerHostname }) => [state, workerHostname]),
        [
          ["completed", "me"],
          ["queued", ""]
        ]
      )

      assert.deepStrictEqual([yield* once, yield* once], [true, false])
      assert.deepStrictEqual(seen, [1, 2])
    })
  )

  it.effect("gives the job back when it is interrupted, once its handler has ended", () =>
    Effect.gen(function* () {
      yield* emptied
      yield* Plain.enqueue({ n: 1 })
      const begun = yield* Deferred.make<void>()
      let ended = false
      const handler = Plain.handle(() =>
        Deferred.succeed(begun, undefined).pipe(
          Effect.andThen(Effect.never),
          Effect.onInterrupt(() => Effect.sync(() => void (ended = true)))
        )
      )
      const run = yield* Effect.forkChild(JobRuntime.runOnce({ handlers: [handler] }))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(run)

      assert.isTrue(ended)
      assert.deepInclude(yield* onlyRow, { state: "queued", attempt: 1, numFailures: 0 })
    })
  )

  it.effect("keeps its lease by heartbeats for as long as the handler takes", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      const { id } = yield* Plain.enqueue({ n: 1 })
      const runs = held<typeof number.Type>()
      const run = yield* Effect.forkChild(JobRuntime.runOnce({ handlers: [Plain.handle(runs.handle)] }))
      const first = yield* runs.next
      yield* ManualClock.use(({ advance }) => advance("1 hour"))
      yield* until(
        Effect.map(row(id), ({ lastHeartbeatAt }) => lastHeartbeatAt?.getTime() === fromNow("1 hour").getTime())
      )
      assert.strictEqual((yield* store.resetStalled).reset.size, 0)
      yield* first.succeed

      assert.isTrue(yield* Fiber.join(run))
      assert.deepInclude(yield* row(id), { state: "completed" })
    })
  )

  it.effect("stops the handler when the job is canceled, and is not interrupted itself", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      const { id } = yield* Plain.enqueue({ n: 1 })
      const runs = held<typeof number.Type>()
      const run = yield* Effect.forkChild(JobRuntime.runOnce({ handlers: [Plain.handle(runs.handle)] }))
      yield* runs.next
      yield* store.cancel([id])

      assert.isTrue(yield* Fiber.join(run))
      assert.deepInclude(yield* row(id), { state: "canceled", numFailures: 0 })
    })
  )

  it.effect("stops the handler when the job was taken from it, and writes nothing", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      const { id } = yield* Plain.enqueue({ n: 1 })
      const runs = held<typeof number.Type>()
      const run = yield* Effect.forkChild(JobRuntime.runOnce({ handlers: [Plain.handle(runs.handle)] }))
      yield* runs.next
      yield* Database.use(({ run: execute }) => execute((db) => db.execute(`update jobs set attempt = attempt + 1`)))

      assert.isTrue(yield* Fiber.join(run))
      assert.deepInclude(yield* row(id), { state: "processing", attempt: 2 })
      yield* store.requeue({ id, attempt: 2 })
    })
  )

  it.effect("refuses a transaction, in which nobody else could see the claim", () =>
    Effect.gen(function* () {
      yield* emptied
      yield* Plain.enqueue({ n: 1 })
      const { transaction } = yield* Database
      const error = yield* Effect.flip(transaction(JobRuntime.runOnce({ handlers: [Plain.handle(() => Effect.void)] })))

      assert.strictEqual(error._tag, "DequeueInTransaction")
      assert.deepInclude(yield* onlyRow, { state: "queued", attempt: 0 })
    })
  )

  it.effect("commits a job's effects, its follow-up and its completion together", () =>
    Effect.gen(function* () {
      yield* emptied
      yield* Plain.enqueueAll([{ n: 1 }, { n: 2 }])
      const handler = Plain.handle(({ n }, job) =>
        job.completeIn(Effect.andThen(Next.enqueue({ n }), n === 1 ? Effect.void : Effect.die("after the enqueue")))
      )
      const once = JobRuntime.runOnce({ handlers: [handler] })

      assert.deepStrictEqual([yield* once, yield* once], [true, true])
      assert.deepStrictEqual(
        (yield* rows).map(({ kind, payload, state }) => [kind, payload, state]),
        [
          ["plain", { n: 1 }, "completed"],
          ["plain", { n: 2 }, "errored"],
          ["next", { n: 1 }, "queued"]
        ]
      )
    })
  )
})
