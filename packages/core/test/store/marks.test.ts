import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { RetryPolicy } from "../../src/index.ts"
import { fromNow, start } from "../support/moments.ts"
import { fixture, type NewRow, records, row, states, tableStore, take } from "../support/workerutil.ts"

const processing = (more: Partial<NewRow> = {}): NewRow => ({ id: 1, state: "processing", attempt: 1, ...more })
const fence = (id = 1) => ({ id, attempt: 1 })

layer(fixture, { excludeTestServices: true })("marks", (it) => {
  it.effect("complete a record", () =>
    Effect.gen(function* () {
      yield* records([processing()])
      const store = yield* tableStore()

      assert.strictEqual(yield* store.markComplete(fence()), "completed")
      assert.deepInclude(yield* row(1), {
        state: "completed",
        finished_at: start,
        failure_message: null,
        num_failures: 0
      })
    })
  )

  it.effect("error a record with attempts left, and let it rest for the policy's delay", () =>
    Effect.gen(function* () {
      yield* records([processing()])
      const store = yield* tableStore({ retry: RetryPolicy.fixed(3, "1500 millis") })

      assert.strictEqual(yield* store.markErrored(fence(), "new message"), "errored")
      assert.deepInclude(yield* row(1), {
        state: "errored",
        failure_message: "new message",
        finished_at: start,
        num_failures: 1,
        process_after: fromNow("1500 millis")
      })
    })
  )

  it.effect("fail a record", () =>
    Effect.gen(function* () {
      yield* records([processing()])
      const store = yield* tableStore()

      assert.strictEqual(yield* store.markFailed(fence(), "new message"), "failed")
      assert.deepInclude(yield* row(1), {
        state: "failed",
        failure_message: "new message",
        finished_at: start,
        num_failures: 1
      })
    })
  )

  it.effect("fail a record with its last attempt's error", () =>
    Effect.gen(function* () {
      yield* records([processing({ num_failures: 0 }), processing({ id: 2, num_failures: 1 })])
      const store = yield* tableStore({ retry: RetryPolicy.fixed(2, "1 minute") })

      assert.strictEqual(yield* store.markErrored(fence(1), "new message"), "errored")
      assert.strictEqual(yield* store.markErrored(fence(2), "new message"), "failed")
      assert.deepStrictEqual(yield* states, { 1: "errored", 2: "failed" })
    })
  )

  it.effect("fail a record that has failed more often than a lowered limit allows", () =>
    Effect.gen(function* () {
      yield* records([processing({ num_failures: 7 })])
      const store = yield* tableStore({ retry: RetryPolicy.fixed(2, "1 minute") })

      assert.strictEqual(yield* store.markErrored(fence(), "new message"), "failed")
    })
  )

  it.effect("fail a record at its first error when no attempts are allowed, or the policy never retries", () =>
    Effect.gen(function* () {
      for (const retry of [
        RetryPolicy.fixed(0, "1 minute"),
        RetryPolicy.never,
        { ...RetryPolicy.never, attempts: 5 }
      ]) {
        yield* records([processing()])
        const store = yield* tableStore({ retry })

        assert.strictEqual(yield* store.markErrored(fence(), "new message"), "failed")
      }
    })
  )

  it.effect("change nothing in a record that is not being processed", () =>
    Effect.gen(function* () {
      for (const state of ["queued", "errored", "failed", "completed", "canceled"]) {
        yield* records([processing({ state, failure_message: "old message" })])
        const store = yield* tableStore()
        const before = yield* row(1)

        assert.strictEqual(yield* store.markComplete(fence()), undefined)
        assert.strictEqual(yield* store.markErrored(fence(), "new message"), undefined)
        assert.strictEqual(yield* store.markFailed(fence(), "new message"), undefined)
        assert.deepStrictEqual(yield* row(1), before)
      }
    })
  )

  it.effect("keep a message that Postgres could not, with a sign in place of what it could not", () =>
    Effect.gen(function* () {
      yield* records([processing(), processing({ id: 2 })])
      const store = yield* tableStore()

      yield* store.markErrored(fence(1), "a\u0000b")
      yield* store.markFailed(fence(2), "c\uD800d")

      assert.strictEqual((yield* row(1)).failure_message, "a\uFFFDb")
      assert.strictEqual((yield* row(2)).failure_message, "c\uFFFDd")
    })
  )

  it.effect("are part of the transaction they are made in", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }])
      const store = yield* tableStore()
      const claim = yield* take(store)

      yield* Effect.flip(store.transact(Effect.andThen(store.markComplete(claim), Effect.fail("no"))))

      assert.deepStrictEqual(yield* states, { 1: "processing" })
    })
  )
})
