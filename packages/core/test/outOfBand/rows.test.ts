import { assert, layer } from "@effect/vitest"
import { customType, pgTable, text } from "drizzle-orm/pg-core"
import { sql } from "drizzle-orm"
import { Deferred, Effect, Fiber } from "effect"
import { Database, DatabaseUnavailable, OutOfBandMigration, OutOfBandMigrations } from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { bodies, createLetters, failedRows, lettersMigration, unmigrated } from "./support/letters.ts"
import { description, forgetAll, migratedDatabase, stateOf } from "./support/scripted.ts"

let tables = 0

/** A table with so many rows, and the runner of its migration. */
const letters = Effect.fnUntraced(function* (rows: number, options: Parameters<typeof lettersMigration>[1] = {}) {
  yield* forgetAll
  const name = `letters_${tables++}`
  yield* createLetters(name, rows)
  const runner = yield* OutOfBandMigrations.make({ migrations: [lettersMigration(name, options)] })
  yield* runner.refresh
  return { name, tick: runner.tick(1), runner }
})

const tickTimes = (tick: Effect.Effect<void, unknown, Database>, count: number) =>
  Effect.repeat(tick, { times: count - 1 })

const progress = Effect.map(stateOf(1), (state) => state.progress)

layer(migratedDatabase, { excludeTestServices: true })("A migration of rows", (it) => {
  it.effect("of no rows is done", () =>
    Effect.gen(function* () {
      yield* letters(0)
      assert.strictEqual(yield* progress, 1)
    })
  )

  it.effect("changes a batch a step, in the order of keys, and back", () =>
    Effect.gen(function* () {
      const { name, runner, tick } = yield* letters(10, { batchSize: 4 })
      assert.strictEqual(yield* progress, 0)
      yield* tick
      assert.strictEqual(yield* progress, 0.4)
      assert.deepStrictEqual(yield* unmigrated(name), [5, 6, 7, 8, 9, 10])
      yield* tickTimes(tick, 2)
      assert.strictEqual(yield* progress, 1)
      assert.strictEqual((yield* bodies(name))[9], "ROW 10")

      yield* OutOfBandMigrations.updateDirection(1, "down")
      yield* runner.refresh
      yield* tickTimes(tick, 3)
      assert.strictEqual(yield* progress, 0)
      assert.strictEqual((yield* bodies(name))[9], "row 10")
    })
  )

  it.effect("writes down the rows that fail, and goes on with the others", () =>
    Effect.gen(function* () {
      const { name, tick } = yield* letters(10, { batchSize: 2 })
      yield* execute(`update ${name} set body = 'bad ' || id where id in (1, 2, 3, 7)`)
      yield* tickTimes(tick, 6)

      assert.deepStrictEqual(yield* unmigrated(name), [1, 2, 3, 7])
      assert.strictEqual(yield* progress, 0.6)
      assert.deepStrictEqual(
        (yield* failedRows).map(({ attempts, message, record_id }) => [record_id, attempts, message]),
        [
          ["1", 1, "cannot read bad 1"],
          ["2", 1, "cannot read bad 2"],
          ["3", 1, "cannot read bad 3"],
          ["7", 1, "cannot read bad 7"]
        ]
      )
      assert.deepStrictEqual(
        (yield* stateOf(1)).errors.map(({ message }) => message),
        ["row 7: cannot read bad 7", "row 3: cannot read bad 3", "row 2: cannot read bad 2", "row 1: cannot read bad 1"]
      )
    })
  )

  it.effect("comes back to failed rows after a rest, longest waiting first, and forgets those that are mended", () =>
    Effect.gen(function* () {
      const { name, tick } = yield* letters(4, { batchSize: 1 })
      yield* execute(`update ${name} set body = 'bad ' || id where id in (2, 3)`)
      yield* tickTimes(tick, 5)
      yield* tickTimes(tick, 3) // they rest
      assert.deepStrictEqual(
        (yield* failedRows).map(({ attempts }) => attempts),
        [1, 1]
      )

      yield* execute(`update out_of_band_migrations_failed_rows
        set last_attempt_at = now() - case record_id when '3' then interval '2 hours' else interval '1 hour' end`)
      yield* tick
      assert.deepStrictEqual(
        (yield* failedRows).map(({ attempts, record_id }) => [record_id, attempts]),
        [
          ["2", 1],
          ["3", 2]
        ]
      )
      yield* execute(`update ${name} set body = 'good'`)
      yield* execute(`update out_of_band_migrations_failed_rows set last_attempt_at = now() - interval '1 hour'`)
      yield* tickTimes(tick, 2)
      assert.deepStrictEqual(yield* failedRows, [])
      assert.strictEqual(yield* progress, 1)
    })
  )

  it.effect("forgets failed rows that are gone, or that somebody else has migrated", () =>
    Effect.gen(function* () {
      const { name, tick } = yield* letters(4)
      yield* execute(`update ${name} set body = 'bad ' || id where id in (2, 3, 4)`)
      yield* tick
      yield* execute(`delete from ${name} where id = 2`)
      yield* execute(`update ${name} set upper = true where id = 3`)
      yield* tick

      assert.deepStrictEqual(
        (yield* failedRows).map(({ record_id }) => record_id),
        ["4"]
      )
    })
  )

  it.effect("finds rows that come in front of those it has done", () =>
    Effect.gen(function* () {
      const { name, tick } = yield* letters(4, { batchSize: 2 })
      yield* tick
      yield* execute(`insert into ${name} (id, body) values (-1, 'late'), (0, 'late')`)
      yield* tickTimes(tick, 2)

      assert.deepStrictEqual(yield* unmigrated(name), [])
    })
  )

  it.effect("passes over rows that others hold, and takes them later", () =>
    Effect.gen(function* () {
      const { name, tick } = yield* letters(3)
      const { begin } = yield* Database
      yield* Effect.scoped(
        Effect.gen(function* () {
          const other = yield* begin
          yield* other.use(execute(`select 1 from ${name} where id = 2 for update`))
          yield* tick
          assert.deepStrictEqual(yield* unmigrated(name), [2])
        })
      )
      yield* tick
      assert.deepStrictEqual(yield* unmigrated(name), [])
    })
  )

  it.effect("undoes what a handler has written for a row that fails, and nothing of the others", () =>
    Effect.gen(function* () {
      yield* execute("create table notes (row int)")
      const { name, tick } = yield* letters(4, {
        onUp: (id) =>
          Effect.andThen(
            execute(`insert into notes values (${id})`),
            id === 2 ? execute("select 1 / 0") : id === 3 ? Effect.die(new Error("broken")) : Effect.void
          )
      })
      yield* tick

      assert.deepStrictEqual(yield* unmigrated(name), [2, 3])
      assert.deepStrictEqual(
        (yield* execute("select row from notes order by row")).map(({ row }) => row),
        [1, 4]
      )
    })
  )

  it.effect("passes by a row whose new form Postgres refuses", () =>
    Effect.gen(function* () {
      const { name, tick } = yield* letters(4)
      yield* execute(`update ${name} set body = 'refused' where id = 2`)
      yield* tick

      assert.deepStrictEqual(yield* unmigrated(name), [2])
      assert.match(String((yield* failedRows)[0]?.["message"]), /violates check constraint/)
    })
  )

  it.effect("blames no row for a failure that may pass: the batch is undone, and made again", () =>
    Effect.gen(function* () {
      const away = new DatabaseUnavailable({ code: "KMS", retryable: true, reason: "away", cause: undefined })
      let isAway = true
      const { name, tick } = yield* letters(4, {
        onUp: (id) => (isAway && id === 3 ? Effect.fail(away) : Effect.void)
      })
      yield* tick
      assert.deepStrictEqual(yield* unmigrated(name), [1, 2, 3, 4])
      assert.deepStrictEqual(yield* failedRows, [])
      assert.match((yield* stateOf(1)).errors[0]!.message, /KMS/)
      isAway = false
      yield* tick
      assert.deepStrictEqual(yield* unmigrated(name), [])
    })
  )

  it.effect("says of a row that it is as it was, where the handler has not moved it", () =>
    Effect.gen(function* () {
      yield* forgetAll
      yield* execute("create table stuck (id text primary key, note text, done boolean not null default false)")
      yield* execute("insert into stuck values ('a'), ('b'), ('c')")
      const stuck = pgTable("stuck", { id: text("id").primaryKey(), note: text("note") })
      const migration = OutOfBandMigration.ofRows({
        ...description,
        id: 1,
        table: stuck,
        key: stuck.id,
        unmigrated: sql`not done`,
        up: (row) => {
          if (row.id === "a") return Effect.succeed({})
          if (row.id === "b") return Effect.as(execute("update stuck set done = true where id = 'b'"), {})
          return Effect.succeed({ note: "tried" })
        },
        down: OutOfBandMigration.downNotAllowed("never")
      })
      const runner = yield* OutOfBandMigrations.make({ migrations: [migration] })
      yield* runner.tick(1)

      const reason = "it is as it was, after the handler said it was done"
      assert.deepStrictEqual(
        yield* execute("select record_id, message from out_of_band_migrations_failed_rows order by 1"),
        ["a", "c"].map((record_id) => ({ record_id, message: reason }))
      )
      assert.strictEqual((yield* stateOf(1)).progress, 1 / 3)
    })
  )

  it.effect("carries bytes, JSON, nulls and expressions, and passes by a row that cannot be read", () =>
    Effect.gen(function* () {
      yield* forgetAll
      yield* execute(
        `create table kinds (id int primary key, secret bytea, meta jsonb, note text, done text not null default '')`
      )
      yield* execute(`insert into kinds (id, secret, meta, note)
        select n, '\\x00ff27', case n when 3 then '"unreadable"' else '{"a": "\\"b"}' end::jsonb, 'gone' from generate_series(1, 4) n`)
      const kinds = pgTable("kinds", {
        id: customType<{ data: number; driverData: number }>({ dataType: () => "int" })("id").primaryKey(),
        secret: customType<{ data: Uint8Array; driverData: Buffer }>({
          dataType: () => "bytea",
          toDriver: (value) => Buffer.from(value)
        })("secret"),
        meta: customType<{ data: { readonly a: string }; driverData: unknown }>({
          dataType: () => "jsonb",
          toDriver: (value) => JSON.stringify(value),
          fromDriver: (value) => {
            if (typeof value !== "object") throw new Error(`no object: ${JSON.stringify(value)}`)
            return value as { readonly a: string }
          }
        })("meta"),
        note: text("note"),
        done: text("done")
      })
      const migration = OutOfBandMigration.ofRows({
        ...description,
        id: 1,
        table: kinds,
        key: kinds.id,
        unmigrated: sql`${kinds.done} = ''`,
        up: (row) =>
          Effect.succeed({
            secret: Uint8Array.from([...(row.secret ?? []), 1]),
            meta: { a: `${row.meta?.a}ü` },
            note: null,
            done: row.id === 4 ? sql`'by ' || current_schema()` : "yes"
          }),
        down: OutOfBandMigration.downNotAllowed("never")
      })
      const runner = yield* OutOfBandMigrations.make({ migrations: [migration] })
      yield* runner.tick(1)

      assert.deepStrictEqual(
        (yield* execute("select id, encode(secret, 'hex') as secret, meta, note, done from kinds order by id")).map(
          (row) => Object.values(row)
        ),
        [
          [1, "00ff2701", { a: '"bü' }, null, "yes"],
          [2, "00ff2701", { a: '"bü' }, null, "yes"],
          [3, "00ff27", "unreadable", "gone", ""],
          [4, "00ff2701", { a: '"bü' }, null, "by public"]
        ]
      )
      assert.include(String((yield* failedRows)[0]?.["message"]), "no object")
    })
  )

  it.effect("makes each batch once, however many run it: one works, the others look on", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const name = `letters_${tables++}`
      yield* createLetters(name, 40)
      yield* execute("create table handled (id int)")
      const inside = yield* Deferred.make<void>()
      const goOn = yield* Deferred.make<void>()
      const options = {
        batchSize: 4,
        onUp: (id: number) =>
          execute(`insert into handled values (${id})`).pipe(
            Effect.andThen(Deferred.succeed(inside, undefined)),
            Effect.andThen(Deferred.await(goOn))
          )
      }
      const runners = yield* Effect.forEach([1, 2], () =>
        OutOfBandMigrations.make({ migrations: [lettersMigration(name, options)] })
      )
      for (const runner of runners) yield* runner.refresh
      const working = yield* Effect.forkChild(runners[0]!.tick(1))
      yield* Deferred.await(inside)
      yield* runners[1]!.tick(1) // does not wait, and does nothing
      yield* runners[1]!.refresh
      assert.strictEqual((yield* unmigrated(name)).length, 40)
      yield* Deferred.succeed(goOn, undefined)
      yield* Fiber.join(working)
      yield* Effect.all(
        runners.map((runner) => tickTimes(runner.tick(1), 12)),
        { concurrency: "unbounded" }
      )
      for (let left = 12; left > 0; left--) yield* runners[0]!.tick(1)

      assert.deepStrictEqual(yield* unmigrated(name), [])
      const [handled] = yield* execute("select count(*)::int as n, count(distinct id)::int as rows from handled")
      assert.deepStrictEqual(handled, { n: 40, rows: 40 })
      assert.strictEqual(yield* progress, 1)
    })
  )
})
