import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { Database } from "../../src/index.ts"
import { ago, fromNow } from "../support/moments.ts"
import { hearing } from "../support/wakes.ts"
import { fixture, records, tableStore, take } from "../support/workerutil.ts"

layer(fixture, { excludeTestServices: true })("workers are woken", (it) => {
  it.effect("by an enqueue, once, with the store's name", () =>
    Effect.gen(function* () {
      yield* records([])
      const store = yield* tableStore({ name: "it's \\a queue" })
      const heard = yield* hearing

      yield* store.enqueue([{ id: 1 }, { id: 2 }])

      assert.deepStrictEqual(yield* heard, ["it's \\a queue"])
    })
  )

  it.effect("when the enqueue's transaction commits, and not before", () =>
    Effect.gen(function* () {
      yield* records([])
      const store = yield* tableStore()
      const heard = yield* hearing
      const { begin } = yield* Database
      const transaction = yield* begin

      yield* transaction.use(Effect.andThen(store.enqueue({ id: 1 }), store.enqueue({ id: 2 })))
      assert.deepStrictEqual(yield* heard, [])

      yield* transaction.commit
      assert.deepStrictEqual(yield* heard, ["workerutil"])
    })
  )

  it.effect("never by an enqueue that is rolled back", () =>
    Effect.gen(function* () {
      yield* records([])
      const store = yield* tableStore()
      const heard = yield* hearing

      yield* Effect.flip(store.transact(Effect.andThen(store.enqueue({ id: 1 }), Effect.fail("no"))))

      assert.deepStrictEqual(yield* heard, [])
    })
  )

  it.effect("by word of mouth, for records that were inserted by other means", () =>
    Effect.gen(function* () {
      const store = yield* tableStore()
      const heard = yield* hearing

      yield* store.transact(Effect.andThen(store.wake, store.wake))

      assert.deepStrictEqual(yield* heard, ["again workerutil"])
    })
  )

  it.effect("by a requeue that is due at once, and by no other", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }, { id: 2, state: "failed" }])
      const store = yield* tableStore()
      const heard = yield* hearing

      yield* store.requeue(yield* take(store))
      assert.deepStrictEqual(yield* heard, ["again workerutil"])
      yield* store.requeue(2)
      assert.deepStrictEqual(yield* heard, ["again workerutil"])
      yield* store.requeue(2, { after: fromNow("1 hour") })
      yield* store.requeue(3)
      assert.deepStrictEqual(yield* heard, [])
    })
  )

  it.effect("by a reset that queued something, and by no other", () =>
    Effect.gen(function* () {
      const stalled = { state: "processing", last_heartbeat_at: ago("1 hour") }
      yield* records([{ id: 1, ...stalled, num_resets: 5 }])
      const store = yield* tableStore()
      const heard = yield* hearing

      yield* store.resetStalled
      assert.deepStrictEqual(yield* heard, [])

      yield* records([
        { id: 1, ...stalled },
        { id: 2, ...stalled }
      ])
      yield* store.resetStalled
      assert.deepStrictEqual(yield* heard, ["again workerutil"])
    })
  )
})
