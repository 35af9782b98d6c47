import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { Database } from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { ago } from "../support/moments.ts"
import { fixture, records, states, tableStore } from "../support/workerutil.ts"

const finished = (id: number, state: string, hours: number) => ({ id, state, finished_at: ago(`${hours} hours`) })

layer(fixture, { excludeTestServices: true })("deleteFinished", (it) => {
  it.effect("deletes records of the named states that finished longer ago than they are kept", () =>
    Effect.gen(function* () {
      yield* records([
        finished(1, "completed", 3),
        finished(2, "completed", 1),
        finished(3, "failed", 3),
        finished(4, "canceled", 3),
        finished(5, "errored", 3),
        finished(6, "queued", 3),
        finished(7, "completed", 2)
      ])
      const store = yield* tableStore()

      assert.strictEqual(
        yield* store.deleteFinished({ states: ["completed", "canceled"], keep: "2 hours", limit: 10 }),
        2
      )
      assert.deepStrictEqual(yield* states, {
        2: "completed",
        3: "failed",
        5: "errored",
        6: "queued",
        7: "completed"
      })
    })
  )

  it.effect("deletes the oldest first, and no more than the limit", () =>
    Effect.gen(function* () {
      yield* records([1, 4, 2, 5, 3].map((hours, at) => finished(at + 1, "completed", hours)))
      const store = yield* tableStore()

      assert.strictEqual(yield* store.deleteFinished({ states: ["completed"], keep: "1 minute", limit: 2 }), 2)
      assert.deepStrictEqual(Object.keys(yield* states), ["1", "3", "5"])
    })
  )

  it.effect("passes over what somebody has locked", () =>
    Effect.gen(function* () {
      yield* records([finished(1, "failed", 3), finished(2, "failed", 2)])
      const store = yield* tableStore()
      const { begin } = yield* Database

      const deleted = yield* Effect.scoped(
        Effect.gen(function* () {
          const other = yield* begin
          yield* other.use(execute("select 1 from workerutil_test where id = 1 for update"))
          return yield* store.deleteFinished({ states: ["failed"], keep: "1 hour", limit: 1 })
        })
      )

      assert.strictEqual(deleted, 1)
      assert.deepStrictEqual(yield* states, { 1: "failed" })
    })
  )
})
