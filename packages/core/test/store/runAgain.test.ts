import { assert, layer } from "@effect/vitest"
import { boolean, pgTable } from "drizzle-orm/pg-core"
import { Effect, Layer, Option } from "effect"
import { RetryPolicy, workColumns, WorkStore } from "../../src/index.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { createTable, execute } from "../support/createTable.ts"
import { testDatabase } from "../support/database.ts"
import { hearing } from "../support/wakes.ts"

const refreshes = pgTable("refreshes", { ...workColumns(), runAgain: boolean("run_again").notNull().default(false) })

const fixture = Layer.effectDiscard(createTable(refreshes)).pipe(
  Layer.provideMerge(ManualClock.layer),
  Layer.provideMerge(testDatabase())
)

/** A record being processed for the third time, that somebody has triggered meanwhile. */
const triggered = Effect.gen(function* () {
  yield* execute("truncate refreshes restart identity")
  yield* execute(
    "insert into refreshes (attempt, num_resets, num_failures, process_after) values (2, 1, 1, '2025-01-01')"
  )
  const store = yield* WorkStore.make({
    name: "refreshes",
    table: refreshes,
    stalledMaxAge: "5 seconds",
    maxNumResets: 1,
    retry: RetryPolicy.fixed(2, "1 minute")
  }).pipe(ManualClock.provide)
  const claim = Option.getOrThrow(yield* store.dequeue())
  yield* execute("update refreshes set run_again = true")
  return { claim, store }
})
const found = Effect.map(
  execute(
    `select state, attempt, num_resets, num_failures, cancel, run_again, finished_at is null as unfinished,
       process_after = (select at from drover_manual_clock) as due_now from refreshes`
  ),
  ([row]) => row
)
const fresh = {
  state: "queued",
  attempt: 3,
  num_resets: 0,
  num_failures: 0,
  cancel: false,
  run_again: false,
  unfinished: true,
  due_now: true
}

layer(fixture, { excludeTestServices: true })("a record that is to run again", (it) => {
  it.effect("is queued afresh when it completes, and wakes a worker", () =>
    Effect.gen(function* () {
      const { claim, store } = yield* triggered
      const heard = yield* hearing

      assert.strictEqual(yield* store.markComplete(claim), "queued")
      assert.deepStrictEqual(yield* found, fresh)
      assert.deepStrictEqual(yield* heard, ["refreshes"])
    })
  )

  it.effect("is queued afresh when it fails for good", () =>
    Effect.gen(function* () {
      const { claim, store } = yield* triggered

      assert.strictEqual(yield* store.markFailed(claim, "no"), "queued")
      assert.deepStrictEqual(yield* found, fresh)
    })
  )

  it.effect("is queued afresh with its last attempt's error", () =>
    Effect.gen(function* () {
      const { claim, store } = yield* triggered

      assert.strictEqual(yield* store.markErrored(claim, "no"), "queued")
      assert.deepStrictEqual(yield* found, fresh)
    })
  )

  it.effect("rests and is retried while it has attempts left, for every attempt is a run", () =>
    Effect.gen(function* () {
      const { claim, store } = yield* triggered
      yield* execute("update refreshes set num_failures = 0")

      assert.strictEqual(yield* store.markErrored(claim, "no"), "errored")
      assert.deepInclude(yield* found, { state: "errored", num_failures: 1, num_resets: 1, due_now: false })
    })
  )

  it.effect("is queued afresh when its attempt was canceled before it was triggered", () =>
    Effect.gen(function* () {
      const { claim, store } = yield* triggered
      yield* execute("update refreshes set cancel = true")

      assert.strictEqual(yield* store.markFailed(claim, "stopped"), "queued")
      assert.deepStrictEqual(yield* found, fresh)
    })
  )

  it.effect("is canceled with the trigger when the cancel came after it", () =>
    Effect.gen(function* () {
      const { claim, store } = yield* triggered
      yield* store.cancel([claim.id])

      assert.strictEqual(yield* store.markFailed(claim, "stopped"), "canceled")
      assert.deepInclude(yield* found, { state: "canceled", run_again: false })
    })
  )

  it.effect("is queued afresh when its workers died too often", () =>
    Effect.gen(function* () {
      const { store } = yield* triggered
      const clock = yield* ManualClock
      yield* clock.advance("6 seconds")

      const { failed, reset } = yield* store.resetStalled

      assert.strictEqual(failed.size, 0)
      assert.deepStrictEqual([...reset.keys()], [1])
      assert.deepInclude(yield* found, { ...fresh, due_now: false })
    })
  )

  it.effect("has run again once it is dequeued", () =>
    Effect.gen(function* () {
      const { claim, store } = yield* triggered
      yield* store.markComplete(claim)

      const again = Option.getOrThrow(yield* store.dequeue())

      assert.isFalse(again.record.runAgain)
      assert.strictEqual(yield* store.markComplete(again), "completed")
    })
  )
})
