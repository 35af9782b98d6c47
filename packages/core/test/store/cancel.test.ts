import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { ago, start } from "../support/moments.ts"
import { fixture, records, row, states, tableStore, take } from "../support/workerutil.ts"

layer(fixture, { excludeTestServices: true })("cancel", (it) => {
  it.effect("ends waiting records at once", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }, { id: 2, state: "errored", finished_at: ago("1 minute") }])
      const store = yield* tableStore()

      const { canceled, requested } = yield* store.cancel([1, 2])

      assert.sameMembers([...canceled], [1, 2])
      assert.deepStrictEqual(requested, [])
      assert.deepInclude(yield* row(1), { state: "canceled", finished_at: start, cancel: false })
      assert.deepInclude(yield* row(2), { state: "canceled", finished_at: start, cancel: false })
    })
  )

  it.effect("asks a running record to stop, and its heartbeat hears of it", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }, { id: 2 }])
      const store = yield* tableStore()
      const claims = yield* store.dequeueBatch(2)

      assert.deepStrictEqual(yield* store.cancel([2]), { canceled: [], requested: [2] })
      assert.deepInclude(yield* row(2), { state: "processing", finished_at: null, cancel: true })
      const { canceled, held } = yield* store.heartbeat(claims)
      assert.sameMembers([...held], [1, 2])
      assert.deepStrictEqual(canceled, [2])
    })
  )

  it.effect("cancels a running record that its owner gives back, instead of queueing it", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }])
      const store = yield* tableStore()
      const [claim] = yield* store.dequeueBatch(1)
      yield* store.cancel([1])

      yield* store.requeue(claim!, { after: "1 hour" })

      assert.deepInclude(yield* row(1), { state: "canceled", finished_at: start, cancel: true })
    })
  )

  it.effect("leaves finished and unknown records alone", () =>
    Effect.gen(function* () {
      yield* records(["completed", "failed", "canceled"].map((state, at) => ({ id: at + 1, state })))
      const store = yield* tableStore()

      assert.deepStrictEqual(yield* store.cancel([1, 2, 3, 4]), { canceled: [], requested: [] })
      assert.deepStrictEqual(yield* store.cancel([]), { canceled: [], requested: [] })
      assert.deepStrictEqual(yield* states, { 1: "completed", 2: "failed", 3: "canceled" })
    })
  )

  it.effect("makes an error or a failure the end, and counts neither", () =>
    Effect.gen(function* () {
      yield* records([
        { id: 1, num_failures: 1 },
        { id: 2, num_failures: 1 }
      ])
      const store = yield* tableStore()
      const [first, second] = yield* store.dequeueBatch(2)
      yield* store.cancel([1, 2])

      assert.strictEqual(yield* store.markErrored(first!, "stopped"), "canceled")
      assert.strictEqual(yield* store.markFailed(second!, "stopped"), "canceled")

      const ended = { state: "canceled", num_failures: 1, failure_message: "stopped", finished_at: start }
      assert.deepInclude(yield* row(1), ended)
      assert.deepInclude(yield* row(2), ended)
    })
  )

  it.effect("does not undo work that is done", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }])
      const store = yield* tableStore()
      const claim = yield* take(store)
      yield* store.cancel([1])

      assert.strictEqual(yield* store.markComplete(claim), "completed")
    })
  )
})
