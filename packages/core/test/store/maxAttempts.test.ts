import { assert, layer } from "@effect/vitest"
import { integer, pgTable } from "drizzle-orm/pg-core"
import { Effect, Layer, Option } from "effect"
import { RetryPolicy, workColumns, WorkStore } from "../../src/index.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { createTable, execute } from "../support/createTable.ts"
import { testDatabase } from "../support/database.ts"

const calls = pgTable("calls", { ...workColumns(), maxAttempts: integer("max_attempts").notNull() })

const fixture = Layer.effectDiscard(createTable(calls)).pipe(
  Layer.provideMerge(ManualClock.layer),
  Layer.provideMerge(testDatabase())
)
const makeStore = (retry: RetryPolicy.RetryPolicy) =>
  Effect.andThen(
    execute("truncate calls restart identity"),
    WorkStore.make({ name: "calls", table: calls, retry }).pipe(ManualClock.provide)
  )

layer(fixture, { excludeTestServices: true })("a record with a number of attempts of its own", (it) => {
  it.effect("fails after these, whatever the store's policy says", () =>
    Effect.gen(function* () {
      const store = yield* makeStore(RetryPolicy.fixed(2, "1 minute"))
      yield* store.enqueue([{ maxAttempts: 1 }, { maxAttempts: 4, numFailures: 2 }])
      const [once, often] = yield* store.dequeueBatch(2)
      assert.deepStrictEqual([once!.maxAttempts, often!.maxAttempts], [1, 4])

      assert.strictEqual(yield* store.markErrored(once!, "no"), "failed")
      assert.strictEqual(yield* store.markErrored(often!, "no"), "errored")
    })
  )

  it.effect("is dequeued again while it has any left", () =>
    Effect.gen(function* () {
      const store = yield* makeStore(RetryPolicy.never)
      const clock = yield* ManualClock
      yield* store.enqueue({ maxAttempts: 2 })
      yield* store.markErrored(Option.getOrThrow(yield* store.dequeue()), "no", { after: "1 second" })
      assert.strictEqual(yield* store.queuedCount(), 1)

      yield* clock.advance("2 seconds")
      const claim = Option.getOrThrow(yield* store.dequeue())

      assert.strictEqual(yield* store.markErrored(claim, "no"), "failed")
      assert.strictEqual(yield* store.queuedCount(), 0)
    })
  )
})
