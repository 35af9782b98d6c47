import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { Database } from "../../src/index.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { execute } from "../support/createTable.ts"
import { start } from "../support/moments.ts"
import { fixture, records, row, tableStore } from "../support/workerutil.ts"

/** Seconds since the last heartbeats of 1, 2 and 3. */
const ages = Effect.gen(function* () {
  const now = yield* (yield* ManualClock).now
  const rows = yield* Effect.forEach([1, 2, 3], row)
  return rows.map(({ last_heartbeat_at }) => (now.getTime() - (last_heartbeat_at?.getTime() ?? 0)) / 1000)
})

const beating = (id: number, worker_hostname: string) => ({ id, worker_hostname, attempt: 1, last_heartbeat_at: start })

layer(fixture, { excludeTestServices: true })("heartbeat", (it) => {
  it.effect("renews the leases of what is being processed, by the worker that says so", () =>
    Effect.gen(function* () {
      yield* records([beating(1, "worker1"), beating(2, "worker1"), beating(3, "worker2")])
      const store = yield* tableStore()
      const clock = yield* ManualClock
      const beat = (ids: ReadonlyArray<number>, workerHostname?: string) =>
        Effect.map(store.heartbeat(ids.map((id) => ({ id, attempt: 1, workerHostname }))), ({ held }) =>
          held.toSorted((a, b) => a - b)
        )

      yield* clock.advance("5 seconds")
      assert.deepStrictEqual(yield* beat([1, 2, 3]), [])
      assert.deepStrictEqual(yield* ages, [5, 5, 5])

      yield* execute("update workerutil_test set state = 'processing'")
      yield* clock.advance("5 seconds")
      assert.deepStrictEqual(yield* beat([1, 2, 3], "worker1"), [1, 2])
      assert.deepStrictEqual(yield* ages, [0, 0, 10])

      yield* clock.advance("5 seconds")
      assert.deepStrictEqual(yield* beat([1, 3]), [1, 3])
      assert.deepStrictEqual(yield* ages, [0, 5, 0])
    })
  )

  it.effect("takes each fence's own word for the worker", () =>
    Effect.gen(function* () {
      yield* records([beating(1, "worker1"), beating(2, "worker2"), beating(3, "worker3")])
      yield* execute("update workerutil_test set state = 'processing'")
      const store = yield* tableStore()

      const { held } = yield* store.heartbeat([
        { id: 1, attempt: 1, workerHostname: "worker1" },
        { id: 2, attempt: 1, workerHostname: "worker1" },
        { id: 3, attempt: 1 }
      ])

      assert.sameMembers([...held], [1, 3])
    })
  )

  it.effect("answers without asking when there is nothing to renew", () =>
    Effect.gen(function* () {
      const store = yield* tableStore()

      assert.deepStrictEqual(yield* store.heartbeat([]), { held: [], canceled: [] })
    })
  )

  it.effect("does not wait for a locked record, and still holds it", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }, { id: 2 }])
      const store = yield* tableStore()
      const clock = yield* ManualClock
      const claims = yield* store.dequeueBatch(2)
      yield* store.cancel([1])
      yield* clock.advance("1 second")
      const { begin } = yield* Database

      const answer = yield* Effect.scoped(
        Effect.gen(function* () {
          const other = yield* begin
          yield* other.use(execute(sql`update workerutil_test set num_resets = 9 where id = 1`))
          return yield* store.heartbeat(claims)
        })
      )

      assert.sameMembers([...answer.held], [1, 2])
      assert.deepStrictEqual(answer.canceled, [1])
      assert.deepStrictEqual((yield* row(1)).last_heartbeat_at, start)
      assert.deepStrictEqual((yield* row(2)).last_heartbeat_at, yield* clock.now)
    })
  )
})
