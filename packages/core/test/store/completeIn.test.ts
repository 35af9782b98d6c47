import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { ManualClock } from "../../src/testing/index.ts"
import { execute } from "../support/createTable.ts"
import { fixture, records, row, states, tableStore, take } from "../support/workerutil.ts"

/** What a handler does besides its record. */
const effects = Effect.as(execute("update workerutil_test set num_resets = 7 where id = 2"), "done")
const done = Effect.map(row(2), ({ num_resets }) => num_resets === 7)

layer(fixture, { excludeTestServices: true })("completeIn", (it) => {
  it.effect("makes the effects and the completion one commit", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }, { id: 2, state: "state2" }])
      const store = yield* tableStore()
      const claim = yield* take(store)

      assert.strictEqual(yield* claim.completeIn(effects), "done")
      assert.isTrue(claim.settled)
      assert.isTrue(yield* done)
      assert.strictEqual((yield* states)[1], "completed")
    })
  )

  it.effect("undoes the effects of a worker that lost its lease", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }, { id: 2, state: "state2" }])
      const store = yield* tableStore()
      const clock = yield* ManualClock
      const zombie = yield* take(store)
      yield* clock.advance("6 seconds")
      yield* store.resetStalled
      yield* take(store)

      const error = yield* Effect.flip(zombie.completeIn(effects))

      assert.strictEqual(error._tag, "LeaseLost")
      assert.isFalse(zombie.settled)
      assert.isFalse(yield* done)
      assert.strictEqual((yield* states)[1], "processing")
    })
  )

  it.effect("completes nothing when the effects fail", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }, { id: 2, state: "state2" }])
      const store = yield* tableStore()
      const claim = yield* take(store)

      const error = yield* Effect.flip(claim.completeIn(Effect.andThen(effects, Effect.fail("oops"))))

      assert.strictEqual(error, "oops")
      assert.isFalse(claim.settled)
      assert.isFalse(yield* done)
      assert.strictEqual((yield* states)[1], "processing")
    })
  )

  it.effect("is not settled while the transaction around it can be rolled back", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }, { id: 2, state: "state2" }])
      const store = yield* tableStore()
      const claim = yield* take(store)

      yield* Effect.flip(store.transact(Effect.andThen(claim.completeIn(effects), Effect.fail("no"))))

      assert.isFalse(claim.settled)
      assert.isFalse(yield* done)
      assert.strictEqual((yield* states)[1], "processing")
    })
  )
})
