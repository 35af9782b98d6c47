import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { fromNow, start } from "../support/moments.ts"
import { fixture, records, row, states, tableStore } from "../support/workerutil.ts"

layer(fixture, { excludeTestServices: true })("enqueue", (it) => {
  it.effect("inserts one record or many, and gives their ids in order", () =>
    Effect.gen(function* () {
      yield* records([])
      const store = yield* tableStore()

      assert.deepStrictEqual(yield* store.enqueue({ id: 5 }), [5])
      assert.deepStrictEqual(yield* store.enqueue([{ id: 9 }, { id: 2 }, { id: 7 }]), [9, 2, 7])
      assert.deepStrictEqual(yield* store.enqueue([]), [])
      assert.strictEqual(yield* store.queuedCount(), 4)
    })
  )

  it.effect("takes its times from the database's clock, where the caller gives none", () =>
    Effect.gen(function* () {
      yield* records([])
      const store = yield* tableStore()

      yield* store.enqueue([{ id: 1 }, { id: 2, process_after: fromNow("1 hour") }])

      assert.deepInclude(yield* row(1), { state: "queued", queued_at: start, process_after: start })
      assert.deepInclude(yield* row(2), { queued_at: start, process_after: fromNow("1 hour") })
    })
  )

  it.effect("is part of the caller's transaction", () =>
    Effect.gen(function* () {
      yield* records([])
      const store = yield* tableStore()

      yield* Effect.flip(store.transact(Effect.andThen(store.enqueue({ id: 1 }), Effect.fail("no"))))
      assert.deepStrictEqual(yield* states, {})

      yield* store.transact(store.enqueue({ id: 2 }))
      assert.deepStrictEqual(yield* states, { 2: "queued" })
    })
  )

  it.effect("says which constraint refused a record", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }])
      const store = yield* tableStore()

      const error = yield* Effect.flip(store.enqueue({ id: 1 }))

      assert.deepInclude(error, { _tag: "StatementRejected", constraint: "workerutil_test_pkey" })
    })
  )
})
