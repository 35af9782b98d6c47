import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Duration, Effect } from "effect"
import { Database } from "../../src/index.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { execute } from "../support/createTable.ts"
import { ago, start } from "../support/moments.ts"
import { fixture, type NewRow, records, row, states, tableStore, take } from "../support/workerutil.ts"

const processing = (id: number, seconds: number, num_resets = 0): NewRow => ({
  id,
  state: "processing",
  attempt: 1,
  last_heartbeat_at: ago(`${seconds} seconds`),
  num_resets
})

const millis = (ages: ReadonlyMap<number, Duration.Duration>) =>
  Object.fromEntries([...ages].map(([id, age]) => [id, Duration.toMillis(age)]))

layer(fixture, { excludeTestServices: true })("resetStalled", (it) => {
  it.effect("queues what was not heard of, fails what was taken back too often, passes over what is locked", () =>
    Effect.gen(function* () {
      yield* records([
        processing(1, 6, 1),
        processing(2, 2),
        processing(3, 3),
        processing(4, 8),
        processing(5, 8),
        processing(6, 6, 5),
        processing(7, 8, 5)
      ])
      const store = yield* tableStore()
      const { begin } = yield* Database

      const result = yield* Effect.scoped(
        Effect.gen(function* () {
          const other = yield* begin
          yield* other.use(execute(sql`select 1 from workerutil_test where id = 5 for update`))
          return yield* store.resetStalled
        })
      )

      assert.deepStrictEqual(millis(result.reset), { 1: 6000, 4: 8000 })
      assert.deepStrictEqual(millis(result.failed), { 6: 6000, 7: 8000 })
      assert.strictEqual(result.canceled.size, 0)
      assert.deepStrictEqual(yield* states, {
        1: "queued",
        2: "processing",
        3: "processing",
        4: "queued",
        5: "processing",
        6: "failed",
        7: "failed"
      })
    })
  )

  it.effect("puts a record back as if its attempt had not been", () =>
    Effect.gen(function* () {
      yield* records([{ ...processing(1, 6, 1), started_at: ago("1 minute"), num_failures: 2 }])
      const store = yield* tableStore()

      yield* store.resetStalled

      assert.deepInclude(yield* row(1), {
        state: "queued",
        num_resets: 2,
        num_failures: 2,
        started_at: null,
        finished_at: null,
        queued_at: start,
        failure_message: null
      })
    })
  )

  it.effect("says why it failed a record, and counts no failure", () =>
    Effect.gen(function* () {
      yield* records([processing(1, 6, 5), processing(2, 6, 9)])

      yield* (yield* tableStore()).resetStalled
      assert.deepInclude(yield* row(1), {
        state: "failed",
        num_resets: 5,
        num_failures: 0,
        finished_at: start,
        failure_message: "job processor died while handling this message too many times"
      })

      yield* records([processing(1, 6, 5)])
      yield* (yield* tableStore({ resetFailureMessage: "died again" })).resetStalled
      assert.strictEqual((yield* row(1)).failure_message, "died again")
    })
  )

  it.effect("counts a record without a heartbeat from its start, and without a start as stalled", () =>
    Effect.gen(function* () {
      yield* records([
        { id: 1, state: "processing", started_at: ago("6 seconds") },
        { id: 2, state: "processing", started_at: ago("4 seconds") },
        { id: 3, state: "processing" }
      ])
      const store = yield* tableStore()

      const { reset } = yield* store.resetStalled

      assert.deepStrictEqual(millis(reset), { 1: 6000, 3: Infinity })
    })
  )

  it.effect("cancels a record that was asked to stop, however often it was taken back", () =>
    Effect.gen(function* () {
      yield* records([
        { ...processing(1, 6), cancel: true },
        { ...processing(2, 6, 5), cancel: true, failure_message: null }
      ])
      const store = yield* tableStore()

      const { canceled, failed, reset } = yield* store.resetStalled

      assert.deepStrictEqual(millis(canceled), { 1: 6000, 2: 6000 })
      assert.strictEqual(failed.size + reset.size, 0)
      assert.deepInclude(yield* row(1), { state: "canceled", finished_at: start, num_resets: 0 })
      assert.deepInclude(yield* row(2), { state: "canceled", finished_at: start, failure_message: null })
    })
  )

  it.effect("waits for the whole of the age, to the millisecond", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }])
      const store = yield* tableStore({ stalledMaxAge: "300 millis" })
      const clock = yield* ManualClock
      yield* take(store)

      yield* clock.advance("300 millis")
      assert.strictEqual((yield* store.resetStalled).reset.size, 0)
      yield* clock.advance("1 milli")
      assert.strictEqual((yield* store.resetStalled).reset.size, 1)
    })
  )

  it.effect("fails a record the first time when it may never be taken back", () =>
    Effect.gen(function* () {
      yield* records([processing(1, 6)])
      const store = yield* tableStore({ maxNumResets: 0 })

      assert.deepStrictEqual([...(yield* store.resetStalled).failed.keys()], [1])
    })
  )

  it.effect("leaves a record alone whose worker is heard of", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }])
      const store = yield* tableStore()
      const clock = yield* ManualClock
      const claim = yield* take(store)
      for (let beats = 0; beats < 3; beats++) {
        yield* clock.advance("4 seconds")
        yield* store.heartbeat([claim])
      }

      assert.strictEqual((yield* store.resetStalled).reset.size, 0)
      assert.strictEqual(yield* store.markComplete(claim), "completed")
    })
  )
})
