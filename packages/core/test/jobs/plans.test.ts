import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Duration, Effect, Layer, Schema } from "effect"
import { inject } from "vitest"
import { Database, DatabaseClock, JobKind, jobs, Order } from "../../src/index.ts"
import { enqueueJobs, shapeOf } from "../../src/jobs/enqueueJobs.ts"
import { knownKinds } from "../../src/jobs/knownKinds.ts"
import { sentValues } from "../../src/jobs/sentJobs.ts"
import { makeContext } from "../../src/store/makeContext.ts"
import { dequeue } from "../../src/store/statements/dequeue.ts"
import { execute } from "../support/createTable.ts"
import { testDatabase } from "../support/database.ts"
import { planOf } from "../support/plans.ts"

const insert = (count: number, columns: Record<string, string>) =>
  execute(
    `insert into jobs (${Object.keys(columns).join(", ")})
     select ${Object.values(columns).join(", ")} from generate_series(1, ${count}) n`
  )
const due = "now() - n * interval '1 second'"
const later = "now() + n * interval '1 minute'"

/** 200,000 jobs: in front those of a kind that nobody knows, then three priorities with as many scheduled as due. */
const fixture = Layer.effectDiscard(
  Effect.all([
    execute("alter table jobs set (autovacuum_enabled = false)"),
    insert(10_000, { kind: "'unknown'", priority: "-9", process_after: due }),
    insert(2_000, { kind: "'known'", priority: "-9", process_after: due, payload_version: "2" }),
    insert(9_000, { kind: "'known'", priority: "-9", process_after: later }),
    insert(30_000, { kind: "'known'", priority: "0", process_after: due, dedupe_key: "'key ' || n" }),
    insert(30_000, { kind: "'known'", priority: "0", process_after: later }),
    insert(30_000, { kind: "'other'", priority: "5", process_after: due }),
    insert(30_000, { kind: "'other'", priority: "5", process_after: later }),
    insert(59_000, { kind: "'known'", state: "'completed'", finished_at: due }),
    execute("analyze jobs")
  ])
).pipe(Layer.provideMerge(testDatabase({ template: inject("templateDatabase") })))

const Known = JobKind.make("known", { payload: Schema.Int })
const Other = JobKind.make("other", { payload: Schema.Int })
const handlers = [Known.handle(() => Effect.void), Other.handle(() => Effect.void)]

const claim = Effect.fnUntraced(function* (
  limit: number,
  mode: "force_custom_plan" | "force_generic_plan",
  only?: string
) {
  const { db } = yield* Database
  const kinds = yield* knownKinds(handlers, [])
  const orderBy = [Order.asc(jobs.priority), Order.asc(jobs.processAfter), Order.asc(jobs.id)]
  const context = makeContext({ name: "jobs", table: jobs, orderBy }, db, yield* DatabaseClock, 5, Duration.seconds(1))
  const { conditions, values } = kinds.claiming(only === undefined ? kinds.names : [only])
  return yield* planOf(dequeue(context, conditions), { mode, values: { ...values, limit, workerHostname: "me" } })
})

/**
 * Before Postgres 17 an ordered walk of an index cannot test `kind` against a list: it reads the rows of others as well,
 * and only `mostRows` bounds it.
 */
const bound = Effect.fnUntraced(function* (buffers: number, mostRows: number) {
  const [row] = yield* Database.use(({ run }) =>
    run((db) => db.execute<{ version: number }>(sql`select current_setting('server_version_num')::int as version`))
  )
  return row!.version >= 170_000 ? buffers : buffers + mostRows
})

layer(fixture, { excludeTestServices: true, timeout: "60 seconds" })("The plans of 200,000 jobs", (it) => {
  for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
    it.effect(`claim in order from the ready index, past 21,000 jobs that are not theirs (${mode})`, () =>
      Effect.gen(function* () {
        const one = yield* claim(1, mode)
        const hundred = yield* claim(100, mode)

        for (const { indexes, nodes } of [one, hundred]) {
          assert.deepStrictEqual(indexes, ["jobs_ready_idx"])
          assert.notInclude(nodes, "Sort")
          assert.notInclude(nodes, "Incremental Sort")
        }
        assert.isBelow(one.buffers, yield* bound(300, 21_000))
        assert.isBelow((hundred.buffers - one.buffers) / 99, 25)
      })
    )

    it.effect(`claim the last priority past 81,000 entries of the index, and no rows of others (${mode})`, () =>
      Effect.gen(function* () {
        const one = yield* claim(1, mode, "other")

        assert.deepStrictEqual(one.indexes, ["jobs_ready_idx"])
        assert.notInclude(one.nodes, "Sort")
        assert.isBelow(one.buffers, yield* bound(800, 81_000))
      })
    )
  }

  it.effect("find the job of a key by its index", () =>
    Effect.gen(function* () {
      const keys = Array.from({ length: 100 }, (_, n) => `key ${n + 1}`)
      const encoded = yield* Effect.forEach(keys, (dedupeKey) => Known.encode(1, { dedupeKey }))
      const shape = shapeOf(encoded)
      const values = sentValues(encoded, shape)
      const statement = enqueueJobs("jobs", yield* DatabaseClock, shape)
      const { prepareRaw, run } = yield* Database
      const explained = yield* run(() => prepareRaw(sql`explain (format json) ${statement}`).execute(values))
      const { buffers } = yield* planOf(statement, { values, mode: "force_generic_plan" })

      assert.include(JSON.stringify(explained), '"Conflict Arbiter Indexes":["jobs_dedupe_idx"]')
      assert.isBelow(buffers / keys.length, 60)
    })
  )
})
