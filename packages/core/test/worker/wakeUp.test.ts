import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Option, Queue } from "effect"
import { Database, Worker } from "../../src/index.ts"
import { LowWaterMark } from "../../src/store/LowWaterMark.ts"
import { callOnNotify, WakeUp } from "../../src/worker/WakeUp.ts"
import { execute } from "../support/createTable.ts"
import { makeQueue, quietDatabase, type TaskClaim, until } from "./fixtures/queue.ts"

/** A worker that would wait an hour, and has looked in vain since it listens. */
const sleepingWorkerAfter = Effect.fnUntraced(function* (leastLooks: number) {
  const queue = yield* makeQueue()
  const handled = yield* Queue.unbounded<TaskClaim>()
  const looks = yield* Queue.unbounded<void>()
  yield* Worker.make({
    store: {
      ...queue.store,
      dequeueBatch: (...args) => Effect.tap(queue.store.dequeueBatch(...args), () => Queue.offer(looks, undefined))
    },
    handle: (claim) => Queue.offer(handled, claim),
    interval: "1 hour"
  })
  yield* Queue.takeN(looks, leastLooks)
  return { ...queue, looks, handled: Queue.take(handled) }
})

/** One look at the start, and one when it was subscribed. */
const sleepingWorker = sleepingWorkerAfter(2)

/** One that finds the channel listened to already, and may know it before its first look. */
const joiningWorker = sleepingWorkerAfter(1)

/** Server processes of this database that listen. */
const listeners = Effect.map(
  execute("select pid from pg_stat_activity where datname = current_database() and query ilike 'listen %'"),
  (rows) => rows.map(({ pid }) => Number(pid))
)

layer(quietDatabase(), { excludeTestServices: true })("Waking a worker", (it) => {
  it.effect("needs only an enqueue", () =>
    Effect.gen(function* () {
      const queue = yield* sleepingWorker
      const [id] = yield* queue.add(1)

      assert.strictEqual((yield* queue.handled).id, id)
    })
  )

  it.effect("happens when the enqueuing transaction commits, and not before", () =>
    Effect.gen(function* () {
      const queue = yield* sleepingWorker
      const { transaction } = yield* Database
      const [id] = yield* transaction(
        Effect.tap(queue.add(1), () => Effect.map(Queue.size(queue.looks), (size) => assert.strictEqual(size, 0)))
      )

      assert.strictEqual((yield* queue.handled).id, id)
    })
  )

  it.effect("does not happen for a transaction that is rolled back", () =>
    Effect.gen(function* () {
      const queue = yield* sleepingWorker
      const { transaction } = yield* Database
      yield* Effect.ignore(transaction(Effect.andThen(queue.add(1), Effect.fail("no"))))
      const [id] = yield* queue.add(1)

      assert.strictEqual((yield* queue.handled).id, id)
      assert.strictEqual((yield* queue.rows).length, 1)
    })
  )

  it.effect("is for the workers of its own store only", () =>
    Effect.gen(function* () {
      const queue = yield* sleepingWorker
      const other = yield* joiningWorker
      const [id] = yield* other.add(1)
      assert.strictEqual((yield* other.handled).id, id)

      assert.strictEqual(yield* Queue.size(queue.looks), 0)
    })
  )

  it.effect("is told by a requeue too", () =>
    Effect.gen(function* () {
      const queue = yield* sleepingWorker
      const [id] = yield* queue.add(1)
      yield* queue.handled
      yield* until(queue.states, ([state]) => state === "completed")
      yield* queue.store.requeue(id!, { completedToo: true })

      assert.strictEqual((yield* queue.handled).attempt, 2)
    })
  )

  it.effect("is not needed for long: it soon looks from the start after it has handled something", () =>
    Effect.gen(function* () {
      const queue = yield* sleepingWorker
      yield* queue.add(1)
      yield* queue.handled
      // nobody is told, and it stands far in front of what was taken
      const [row] = yield* execute(
        `insert into ${queue.name} (process_after) values (now() - interval '1 day') returning id`
      )

      assert.strictEqual((yield* queue.handled).id, Number(row!["id"]))
    })
  )

  it.effect("makes it look from the start when records may stand in front, or notifications were missed", () =>
    Effect.gen(function* () {
      const database = yield* Database
      const calls = yield* Queue.unbounded<boolean>()
      let now = 0
      const lowWaterMark = new LowWaterMark(() => (now += 1000)) // a look from the start is due twenty readings later
      const asked = { conditions: [], values: undefined }
      const begin = () => lowWaterMark.begin(asked)
      const work = new WakeUp()
      work.call = () => void Queue.offerUnsafe(calls, begin().from === undefined)
      begin().took({})
      assert.isDefined(begin().from)
      yield* callOnNotify(database, "mine", { work, stop: new WakeUp(), lowWaterMark })

      assert.isTrue(yield* Queue.take(calls))
      for (const [payload, fromStart] of [
        ["mine", false],
        ["again mine", true],
        ["mine", false]
      ] as const) {
        begin().took({})
        yield* execute("select pg_notify('drover_wake', 'again another')")
        yield* execute(`select pg_notify('drover_wake', '${payload}')`)
        assert.strictEqual(yield* Queue.take(calls), fromStart)
      }
    })
  )

  it.effect("survives the death of the listening connection, and misses nothing meanwhile", () =>
    Effect.gen(function* () {
      const queue = yield* sleepingWorker
      const { transaction } = yield* Database
      const before = yield* listeners
      assert.isNotEmpty(before)
      const [id] = yield* transaction(
        // nobody listens when this commits
        Effect.andThen(
          Effect.forEach(before, (pid) => execute(`select pg_terminate_backend(${pid}, 10000)`)),
          queue.add(1)
        )
      )
      assert.strictEqual((yield* queue.handled).id, id)

      // and it listens again
      yield* until(Queue.size(queue.looks), (size) => size > 0)
      const [second] = yield* queue.add(1)
      assert.strictEqual((yield* queue.handled).id, second)
    })
  )

  it.effect("is left to the interval for what becomes due later", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const handled = yield* Deferred.make<TaskClaim>()
      yield* Worker.make({
        store: queue.store,
        handle: (claim) => Deferred.succeed(handled, claim),
        interval: "10 millis"
      })
      const processAfter = new Date(Date.now() + 200)
      yield* queue.store.enqueue({ processAfter })
      const { record } = yield* Deferred.await(handled)

      assert.isAtLeast(record.startedAt!.getTime(), processAfter.getTime())
    })
  )
})

layer(quietDatabase(), { excludeTestServices: true })("A polling worker", (it) => {
  it.effect("finds new records without listening", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const handled = yield* Queue.unbounded<TaskClaim>()
      const worker = yield* Worker.make({
        store: queue.store,
        handle: (claim) => Queue.offer(handled, claim),
        wakeUp: "poll",
        interval: "10 millis",
        numTotalJobs: 2
      })
      const [first] = yield* queue.add(1)
      assert.strictEqual((yield* Queue.take(handled)).id, first)
      const [second] = yield* queue.add(1)
      assert.strictEqual((yield* Queue.take(handled)).id, second)
      yield* worker.ended

      assert.deepStrictEqual(yield* listeners, [])
    })
  )

  it.effect("remembers a call between looking and waiting", () =>
    Effect.gen(function* () {
      const wakeUp = new WakeUp()
      wakeUp.reset()
      wakeUp.call() // nobody waits yet
      yield* wakeUp.called
      yield* wakeUp.calledWithin(3_600_000)

      wakeUp.reset()
      assert.isTrue(Option.isNone(yield* Effect.timeoutOption(wakeUp.called, "1 millis")))
    })
  )
})
