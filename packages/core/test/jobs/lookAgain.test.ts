import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Effect, Schema } from "effect"
import { Database, JobKind, JobQueue } from "../../src/index.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { ago, fromNow } from "../support/moments.ts"
import { hearing } from "../support/wakes.ts"
import { claimed, emptied, fixture } from "./support/queue.ts"

const Task = JobKind.make("task", { payload: Schema.Struct({ n: Schema.Number }), dedupeKey: ({ n }) => `${n}` })
const Plain = JobKind.make("plain", { payload: Schema.Struct({ n: Schema.Number }) })

const byN = { dedupeKey: ({ n }: { readonly n: unknown }) => n as never }
const told = ["again jobs"]
const woken = ["jobs"]

layer(fixture(), { excludeTestServices: true })("Workers look from the start again", (it) => {
  it.effect("for a job whose time lies in the past, and for no later one", () =>
    Effect.gen(function* () {
      yield* emptied
      const { db } = yield* Database
      const { store } = yield* JobQueue
      const query = db.select({ n: sql<number>`n` }).from(sql`generate_series(1, 3) as n`)
      const records = (processAfter: Date) =>
        db
          .select({ kind: sql<string>`'plain'`, processAfter: sql<Date>`${processAfter.toISOString()}::timestamptz` })
          .from(sql`generate_series(1, 3)`)
      const heard = yield* hearing

      for (const [when, expected] of [
        [ago("1 hour"), told],
        [fromNow("1 hour"), woken]
      ] as const) {
        yield* Plain.enqueue({ n: 1 }, { after: when })
        assert.deepStrictEqual(yield* heard, expected)
        yield* Plain.enqueueFrom(query, { after: when })
        assert.deepStrictEqual(yield* heard, expected)
        yield* store.enqueue([{ kind: "plain" }, { kind: "plain", processAfter: when }])
        assert.deepStrictEqual(yield* heard, expected)
        yield* store.enqueue([{ kind: "plain", processAfter: when }])
        assert.deepStrictEqual(yield* heard, expected)
        yield* store.enqueueFrom(records(when))
        assert.deepStrictEqual(yield* heard, expected)
      }
    })
  )

  it.effect("for no new job, whatever its priority", () =>
    Effect.gen(function* () {
      yield* emptied
      const { db } = yield* Database
      const heard = yield* hearing

      yield* Plain.enqueue({ n: 1 }, { priority: -9 })
      yield* Task.enqueueAll([{ n: 1 }, { n: 2 }])
      yield* Task.enqueueFrom(db.select({ n: sql<number>`n` }).from(sql`generate_series(3, 4) as n`), byN)

      assert.deepStrictEqual([...new Set(yield* heard)], woken)
    })
  )

  it.effect("for a fold into a job that waits and is due, and for no other fold", () =>
    Effect.gen(function* () {
      yield* emptied
      const { db } = yield* Database
      const clock = yield* ManualClock
      const query = db.select({ n: sql<number>`1` }).from(sql`generate_series(1, 1)`)
      yield* Task.enqueue({ n: 1 })
      yield* Task.enqueue({ n: 2 }, { after: "2 hours" })
      yield* clock.advance("1 minute")
      const heard = yield* hearing

      yield* Task.enqueue({ n: 2 }, { after: "1 hour" })
      assert.deepStrictEqual(yield* heard, woken)
      yield* Task.enqueue({ n: 1 }, { priority: -1 })
      assert.deepStrictEqual(yield* heard, told)
      yield* Task.enqueueFrom(query, byN)
      assert.deepStrictEqual(yield* heard, told)
      yield* claimed
      yield* Task.enqueue({ n: 1 }, { priority: -2 })
      assert.deepStrictEqual(yield* heard, woken)
      yield* Task.enqueueFrom(query, byN)
      assert.deepStrictEqual(yield* heard, woken)
    })
  )
})
