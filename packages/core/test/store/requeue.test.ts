import { assert, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { ago, fromNow, start } from "../support/moments.ts"
import { fixture, records, row, states, tableStore, take } from "../support/workerutil.ts"

layer(fixture, { excludeTestServices: true })("requeue", (it) => {
  it.effect("gives up an attempt until a later moment", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1, state: "processing", attempt: 1 }])
      const store = yield* tableStore()

      assert.isTrue(yield* store.requeue({ id: 1, attempt: 1 }, { after: fromNow("1 hour") }))
      assert.deepInclude(yield* row(1), { state: "queued", process_after: fromNow("1 hour") })
    })
  )

  it.effect("counts a duration from now, and is due at once without either", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }, { id: 2 }])
      const store = yield* tableStore()
      const [first, second] = yield* store.dequeueBatch(2)

      yield* store.requeue(first!, { after: Duration.millis(250) })
      yield* store.requeue(second!)

      assert.deepStrictEqual((yield* row(first!.id)).process_after, fromNow("250 millis"))
      assert.deepStrictEqual((yield* row(second!.id)).process_after, start)
    })
  )

  it.effect("of one's own attempt counts no failure and keeps the counters", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1, num_failures: 2, num_resets: 3, queued_at: ago("1 hour") }])
      const store = yield* tableStore()
      const claim = yield* take(store)

      yield* store.requeue(claim)

      assert.deepInclude(yield* row(1), {
        state: "queued",
        attempt: 1,
        num_failures: 2,
        num_resets: 3,
        queued_at: start,
        started_at: null,
        finished_at: null,
        cancel: false
      })
    })
  )

  it.effect("of a finished record starts it afresh", () =>
    Effect.gen(function* () {
      for (const state of ["errored", "failed", "canceled"]) {
        yield* records([{ id: 1, state, attempt: 4, num_failures: 3, num_resets: 5, finished_at: ago("1 hour") }])
        const store = yield* tableStore()

        assert.isTrue(yield* store.requeue(1))
        assert.deepInclude(yield* row(1), {
          state: "queued",
          attempt: 4,
          num_failures: 0,
          num_resets: 0,
          finished_at: null,
          process_after: start
        })
      }
    })
  )

  it.effect("of a completed record needs to be asked for by name", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1, state: "completed" }])
      const store = yield* tableStore()

      assert.isFalse(yield* store.requeue(1))
      assert.deepStrictEqual(yield* states, { 1: "completed" })
      assert.isTrue(yield* store.requeue(1, { completedToo: true }))
      assert.deepStrictEqual(yield* states, { 1: "queued" })
    })
  )

  it.effect("leaves a record alone that somebody processes, and one that is not there", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1, state: "processing", attempt: 1 }])
      const store = yield* tableStore()

      assert.isFalse(yield* store.requeue(1, { completedToo: true }))
      assert.isFalse(yield* store.requeue(2))
      assert.deepStrictEqual(yield* states, { 1: "processing" })
    })
  )
})
