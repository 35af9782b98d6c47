/** A million rows: killed at any moment, measured against the bare statements, and planned by the right indexes. */
import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Effect, Stream } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { Database, OutOfBandMigrations } from "../../src/index.ts"
import { failedKeys, next, type Rows, unchanged, write } from "../../src/outOfBand/rowStatements.ts"
import { TestDatabase } from "../../src/testing/index.ts"
import { execute } from "../support/createTable.ts"
import { planOf } from "../support/plans.ts"
import { createLetters, lettersMigration, lettersTable, unmigrated } from "./support/letters.ts"
import { forgetAll, migratedDatabase, stateOf } from "./support/scripted.ts"

const ROWS = 1_000_000
const bad = [1, 4, 250_000, 500_001, 1_000_000]
const KILLS = 12

const spoil = (name: string) => execute(`update ${name} set body = 'bad ' || id where id in (${bad.join()})`)

const start = (name: string, url: string) => {
  const script = fileURLToPath(new URL("fixtures/migrateLetters.ts", import.meta.url))
  const child = spawn(process.execPath, [script, name], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ["ignore", "pipe", "inherit"]
  })
  const lines: Array<string> = []
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line))
  return { child, lines }
}

const begun = async ({ child, lines }: { readonly child: ChildProcess; readonly lines: ReadonlyArray<string> }) => {
  while (lines.length === 0 && child.exitCode === null) await sleep(5)
}

layer(migratedDatabase, { excludeTestServices: true, timeout: "4 minutes" })("A migration of a million rows", (it) => {
  it.effect("survives its processes' deaths: progress never goes back, and only the bad rows are left", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const { url } = yield* TestDatabase
      yield* createLetters("killed", ROWS)
      yield* spoil("killed")
      yield* OutOfBandMigrations.register([lettersMigration("killed")])
      const seen: Array<number> = []
      const look = Effect.gen(function* () {
        const { progress } = yield* stateOf(1)
        const [data] = yield* execute("select count(*) filter (where upper)::float8 / count(*) as done from killed")
        // what is stored is never ahead of the data, and what is in the data stays
        assert.isAtMost(progress, Number(data!["done"]))
        seen.push(Number(data!["done"]))
      })
      for (let kill = 0; kill < KILLS; kill++) {
        const running = start("killed", url)
        yield* Effect.promise(() => begun(running))
        yield* Effect.promise(() => sleep(Math.random() * 1000)) // any moment will do
        const ended = once(running.child, "exit")
        running.child.kill("SIGKILL")
        yield* Effect.promise(() => ended)
        yield* look
      }
      assert.isAbove(seen.at(-1)!, 0)
      const last = start("killed", url)
      yield* Effect.promise(() => once(last.child, "exit"))
      yield* look

      assert.deepStrictEqual(
        seen,
        seen.toSorted((one, other) => one - other)
      )
      const left = JSON.parse(last.lines.at(-1)!.replace("left ", "")) as ReadonlyArray<string>
      assert.deepStrictEqual(
        left.map(Number).toSorted((one, other) => one - other),
        bad
      )
      assert.deepStrictEqual(yield* unmigrated("killed"), bad)
      const { progress } = yield* stateOf(1)
      assert.strictEqual(progress, (ROWS - bad.length) / ROWS)
    })
  )

  it.effect("is measured beside the bare statements", () =>
    Effect.gen(function* () {
      yield* forgetAll
      yield* createLetters("bare", ROWS)
      yield* createLetters("migrated", ROWS)
      const batchSize = 2000
      const migration = lettersMigration("migrated", { batchSize })
      yield* OutOfBandMigrations.register([migration])
      yield* execute("vacuum analyze bare")
      yield* execute("vacuum analyze migrated")

      const { run, transaction } = yield* Database
      const bareFrom = performance.now()
      for (let from = 0; from < ROWS; from += batchSize) {
        yield* transaction(
          run((db) =>
            db.execute(
              sql`update bare set body = upper(body), upper = true where id > ${from} and id <= ${from + batchSize}`
            )
          )
        )
      }
      const bareMillis = performance.now() - bareFrom
      const from = performance.now()
      const states = yield* Stream.runCollect(OutOfBandMigrations.runToCompletion(migration, "up"))
      const millis = performance.now() - from

      const rate = (took: number) => `${Math.round(ROWS / (took / 1000)).toLocaleString("en")} rows/s`
      console.log(`bare: ${rate(bareMillis)}; migrated: ${rate(millis)}; ratio ${(bareMillis / millis).toFixed(2)}`)
      const progress = states.map((state) => state.progress)
      assert.strictEqual(progress.at(-1), 1)
      assert.deepStrictEqual(
        progress,
        progress.toSorted((one, other) => one - other)
      )
      assert.deepStrictEqual(yield* unmigrated("migrated"), [])
    })
  )
})

const table = lettersTable("planned")
const rowsOf = (limit: number): Rows => ({
  of: { id: 1, reverse: false },
  table,
  key: table.id,
  pending: sql`not ${table.upper}`,
  limit
})

for (const analyze of ["analyze", "select 1"]) {
  layer(migratedDatabase, { excludeTestServices: true, timeout: "4 minutes" })(
    `Half-way through a million rows, after \`${analyze}\``,
    (it) => {
      it.effect("every statement is served by an index", () =>
        Effect.gen(function* () {
          yield* OutOfBandMigrations.register([lettersMigration("planned")])
          yield* createLetters("planned")
          yield* execute("alter table planned set (autovacuum_enabled = false)")
          yield* execute(`insert into planned (body, upper)
            select 'row', n <= ${ROWS / 2} from generate_series(1, ${ROWS}) n`)
          yield* execute(`insert into out_of_band_migrations_failed_rows
            select 1, false, (${ROWS / 2} + n)::text, 'bad', 1, now() - interval '1 hour' from generate_series(1, 50) n`)
          yield* execute(analyze)
          const { db } = yield* Database
          for (const limit of [5, 2000]) {
            const rows = rowsOf(limit)
            const keys = Array.from({ length: limit }, (_, at) => ROWS / 2 + 1 + at)
            for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
              const first = yield* planOf(next(db, rows, undefined), { mode })
              const later = yield* planOf(next(db, rows, 600_000), { mode })
              const again = yield* planOf(failedKeys(db, rows, sql`now()`), { mode })
              const left = yield* planOf(unchanged(db, rows, keys), { mode })
              const written = yield* planOf(
                write(
                  db,
                  rows,
                  keys.map((key) => ({ key, values: { body: "ROW", upper: true } }))
                )!,
                { mode }
              )
              for (const plan of [first, later]) assert.include(plan.indexes, "planned_lower_idx")
              for (const plan of [first, later, again, left, written]) {
                // fifty failed rows are read as fast without an index
                if (plan !== again) assert.notInclude(plan.nodes, "Seq Scan")
                assert.isBelow(plan.buffers, 200 + 60 * limit)
              }
            }
          }
        })
      )
    }
  )
}
