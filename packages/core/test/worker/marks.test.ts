import { assert, describe, it, layer } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import { Database, DatabaseUnavailable, Worker } from "../../src/index.ts"
import { Marks } from "../../src/worker/Marks.ts"
import type { AttemptStore } from "../../src/worker/AttemptStore.ts"
import { execute } from "../support/createTable.ts"
import { makeQueue, quietDatabase, until } from "./fixtures/queue.ts"

const completed = { _tag: "Completed" } as const
const fence = (id: number) => ({ id, attempt: 1 })

describe("The ends of attempts", () => {
  it("tell when so many wait that no more records should be taken, and when there is room again", async () => {
    const answer = Promise.withResolvers<void>()
    const store = {
      stalledMaxAge: 1000,
      markMany: (ended: ReadonlyArray<unknown>) =>
        Effect.as(
          Effect.promise(() => answer.promise),
          ended.map(() => "completed" as const)
        )
    } as unknown as AttemptStore<number>
    const room = Promise.withResolvers<void>()
    const marks = new Marks<number>({
      store,
      fork: Effect.runFork,
      onRoom: room.resolve
    })
    for (let id = 0; id < 3999; id++) marks.add(fence(id), completed, () => {})
    assert.isFalse(marks.full)
    marks.add(fence(4000), completed, () => {})
    assert.isTrue(marks.full)
    answer.resolve()
    await room.promise

    assert.isFalse(marks.full)
  })
})

describe("An end that was skipped", () => {
  it("is tried again with others before it is written alone", async () => {
    let looks = 0
    const store = {
      stalledMaxAge: 1000,
      markMany: (ended: ReadonlyArray<unknown>) =>
        Effect.sync(() => {
          looks++
          return ended.map(() => (looks === 1 ? undefined : ("completed" as const)))
        }),
      markComplete: () => Effect.die("it was written alone")
    } as unknown as AttemptStore<number>
    const marks = new Marks<number>({ store, fork: Effect.runFork, onRoom: () => {} })
    const outcome = await new Promise((tell) => marks.add(fence(1), completed, tell))

    assert.deepStrictEqual([outcome, looks], ["completed", 2])
  })
})

layer(quietDatabase(), { excludeTestServices: true })("The ends of a worker's attempts", (it) => {
  it.effect("that come in one turn of the event loop are one statement", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      yield* queue.add(20)
      const open = yield* Deferred.make<void>()
      const sizes: Array<number> = []
      let running = 0
      const worker = yield* Worker.make({
        store: {
          ...queue.store,
          markMany: (ended) => {
            sizes.push(ended.length)
            return queue.store.markMany(ended)
          }
        },
        handle: () =>
          Effect.andThen(++running === 20 ? Deferred.succeed(open, undefined) : Effect.void, Deferred.await(open)),
        concurrency: 20,
        numTotalJobs: 20
      })
      yield* worker.ended

      assert.deepStrictEqual(sizes, [20])
      assert.deepStrictEqual(new Set(yield* queue.states), new Set(["completed"]))
    })
  )

  it.effect("do not wait for one whose record somebody has locked, and it is written once that is over", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const [locked] = yield* queue.add(5)
      const { begin } = yield* Database
      const producer = yield* begin
      const open = yield* Deferred.make<void>()
      const started = yield* Deferred.make<void>()
      let running = 0
      const worker = yield* Worker.make({
        store: queue.store,
        handle: () =>
          Effect.andThen(++running === 5 ? Deferred.succeed(started, undefined) : Effect.void, Deferred.await(open)),
        numTotalJobs: 5
      })
      yield* Deferred.await(started)
      yield* producer.use(execute(`select 1 from ${queue.name} where id = ${locked} for update`))
      yield* Deferred.succeed(open, undefined)
      yield* until(queue.store.countByState(["completed"]), (counts) => counts.completed === 4)
      assert.strictEqual((yield* queue.row(locked!)).state, "processing")
      yield* producer.rollback
      yield* worker.ended

      assert.strictEqual((yield* queue.row(locked!)).state, "completed")
    })
  )

  it.effect("are not lost for one that the server rejects", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const ids = yield* queue.add(5)
      yield* execute(`alter table ${queue.name} add check (id <> ${ids[2]} or state <> 'completed')`)
      const worker = yield* Worker.make({ store: queue.store, handle: () => Effect.void, numTotalJobs: 5 })
      yield* worker.ended

      assert.deepStrictEqual(yield* queue.states, ["completed", "completed", "processing", "completed", "completed"])
    })
  )

  it.effect("are written again when the connection was lost", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      yield* queue.add(5)
      let failures = 0
      const lost = new DatabaseUnavailable({
        code: "CONNECTION_CLOSED",
        reason: "cut",
        retryable: true,
        cause: undefined
      })
      const worker = yield* Worker.make({
        store: {
          ...queue.store,
          markMany: (ended) =>
            Effect.suspend(() => (++failures === 1 ? Effect.fail(lost) : queue.store.markMany(ended)))
        },
        handle: () => Effect.void,
        numTotalJobs: 5
      })
      yield* worker.ended

      assert.isAbove(failures, 1)
      assert.deepStrictEqual(new Set(yield* queue.states), new Set(["completed"]))
    })
  )
})
