import { assert, describe, it, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, Queue } from "effect"
import { Worker } from "../../src/index.ts"
import { howMany, isBelieved, nextTarget } from "../../src/worker/prefetch.ts"
import { makeQueue, quietDatabase, until } from "./fixtures/queue.ts"

describe("How many records are taken ahead", () => {
  it("is what ends within 25 milliseconds, up to the most that may be", () => {
    assert.strictEqual(nextTarget(0, 1000, { ended: 1000, millis: 100 }), 250)
    assert.strictEqual(nextTarget(0, 100, { ended: 1000, millis: 100 }), 100)
  })

  it("is nothing for long jobs, however short the look at them", () => {
    assert.strictEqual(nextTarget(0, 1000, { ended: 3, millis: 100 }), 0)
    assert.isFalse(isBelieved({ ended: 1, millis: 1 }, 10))
    assert.isTrue(isBelieved({ ended: 20, millis: 1 }, 10))
    assert.isTrue(isBelieved({ ended: 0, millis: 100 }, 10))
  })

  it("grows at once and shrinks by half", () => {
    assert.strictEqual(nextTarget(10, 1000, { ended: 2000, millis: 100 }), 500)
    assert.strictEqual(nextTarget(500, 1000, { ended: 0, millis: 100 }), 250)
  })

  it("is asked for by halves, with what free slots need, and not while half of it waits", () => {
    assert.strictEqual(howMany(0, 10, 0), 10)
    assert.strictEqual(howMany(1000, 10, 0), 500)
    assert.strictEqual(howMany(1000, 10, 500), 500)
    assert.strictEqual(howMany(1000, 10, 501), 0)
    assert.strictEqual(howMany(4, 10, 0), 10)
  })
})

/** A worker with one slot, fast for all records but one, which waits for `open`; and what it gives back. */
const stuckBehind = Effect.fnUntraced(function* (options: {
  readonly prefetch?: number
  readonly prefetchWait?: string
}) {
  const queue = yield* makeQueue()
  const ids = yield* queue.add(400)
  const slow = ids[200]!
  const open = yield* Deferred.make<void>()
  const stuck = yield* Deferred.make<void>()
  const returned = yield* Queue.unbounded<number>()
  const most: Array<number> = []
  const handled: Array<number> = []
  const worker = yield* Worker.make({
    store: {
      ...queue.store,
      dequeueBatch: (limit, asked) =>
        Effect.tap(queue.store.dequeueBatch(limit, asked), () => Effect.sync(() => most.push(limit))),
      release: (fences) => Effect.tap(queue.store.release(fences), () => Queue.offer(returned, fences.length))
    },
    handle: ({ id }) =>
      Effect.suspend(() => {
        handled.push(id)
        return id === slow ? Effect.andThen(Deferred.succeed(stuck, undefined), Deferred.await(open)) : Effect.void
      }),
    concurrency: 1,
    interval: "20 millis",
    ...(options as object)
  })
  yield* Deferred.await(stuck)
  return { ...queue, ids, slow, worker, open: Deferred.succeed(open, undefined), returned, most, handled }
})

layer(quietDatabase(), { excludeTestServices: true })("Records that were taken ahead", (it) => {
  it.effect("are given back after a bounded wait, for an idle worker to have", () =>
    Effect.gen(function* () {
      const queue = yield* stuckBehind({ prefetchWait: "30 millis" })
      assert.isAbove(yield* Queue.take(queue.returned), 0)
      const other = yield* Worker.make({ store: queue.store, handle: () => Effect.void })
      yield* until(queue.store.countByState(["completed"]), ({ completed }) => completed === 399)

      assert.strictEqual((yield* queue.row(queue.slow)).state, "processing")
      const rows = yield* queue.rows
      assert.isTrue(rows.every(({ numFailures, numResets }) => numFailures === 0 && numResets === 0))
      yield* queue.open
      yield* other.stop
    })
  )

  it.effect("are given back at once when the worker stops", () =>
    Effect.gen(function* () {
      const queue = yield* stuckBehind({ prefetchWait: "5 seconds" })
      const stop = yield* Effect.forkChild(queue.worker.stop, { startImmediately: true })
      yield* until(queue.store.countByState(["processing"]), ({ processing }) => processing === 1)
      yield* queue.open
      yield* Fiber.join(stop)

      const { completed = 0, queued = 0 } = yield* queue.store.countByState(["completed", "queued"])
      assert.strictEqual(completed + queued, 400)
      assert.strictEqual(completed, queue.handled.length)
    })
  )

  it.effect("begin in the order of the store", () =>
    Effect.gen(function* () {
      const queue = yield* stuckBehind({ prefetchWait: "5 seconds" })
      yield* queue.open
      yield* until(queue.store.countByState(["completed"]), ({ completed }) => completed === 400)

      assert.deepStrictEqual(queue.handled, [...queue.ids])
      assert.isAbove(Math.max(...queue.most), 1)
    })
  )

  it.effect("are none when that is turned off", () =>
    Effect.gen(function* () {
      const queue = yield* stuckBehind({ prefetch: 0 })
      yield* queue.open
      yield* until(queue.store.countByState(["completed"]), ({ completed }) => completed === 400)

      assert.strictEqual(Math.max(...queue.most), 1)
    })
  )
})
