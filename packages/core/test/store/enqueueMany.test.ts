import { assert, layer } from "@effect/vitest"
import { asc, sql } from "drizzle-orm"
import {
  bigint,
  boolean,
  bit,
  char,
  customType,
  date,
  doublePrecision,
  integer,
  interval,
  json,
  jsonb,
  numeric,
  pgEnum,
  pgTable,
  text,
  timestamp,
  uuid,
  varchar
} from "drizzle-orm/pg-core"
import { Effect, Layer } from "effect"
import { Database, workColumns, WorkStore } from "../../src/index.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { createTable, execute } from "../support/createTable.ts"
import { testDatabase } from "../support/database.ts"
import { fromNow, start } from "../support/moments.ts"
import { hearing } from "../support/wakes.ts"

const document = customType<{ data: ReadonlyArray<number>; driverData: string }>({
  dataType: () => "jsonb",
  toDriver: (numbers) => JSON.stringify({ numbers }),
  fromDriver: (sent) => (sent as unknown as { readonly numbers: ReadonlyArray<number> }).numbers
})
const mood = pgEnum("mood", ["fine", "poor", "it's"])

let made = 0
const things = pgTable("things", {
  ...workColumns(),
  title: text("title").notNull().default("untitled"),
  note: text("a note"),
  serialNumber: integer("serial_number").$defaultFn(() => ++made),
  touched: integer("touched").$onUpdateFn(() => 5)
})
const custom = pgTable("custom", { ...workColumns(), numbers: document("numbers").notNull() })
const samples = pgTable("samples", {
  ...workColumns(),
  flag: boolean("flag"),
  big: bigint("big", { mode: "bigint" }),
  ratio: doublePrecision("ratio"),
  price: numeric("price", { precision: 30, scale: 10 }),
  at: timestamp("at", { withTimezone: true }),
  local: timestamp("local"),
  day: date("day", { mode: "date" }),
  span: interval("span"),
  key: uuid("key"),
  mood: mood("mood"),
  moods: mood("moods").array(),
  tags: text("tags").array(),
  grid: integer("grid").array().array(),
  doc: jsonb("doc"),
  exact: json("exact"),
  docs: jsonb("docs").array(),
  short: varchar("short", { length: 3 }),
  fixed: char("fixed", { length: 3 }),
  bits: bit("bits", { dimensions: 3 }),
  words: text("words")
})

const fixture = Layer.effectDiscard(
  Effect.gen(function* () {
    yield* execute("create type mood as enum ('fine', 'poor', 'it''s')")
    yield* Effect.forEach([things, custom, samples], createTable)
    yield* execute("create table noted (op text)")
    yield* execute(
      "create function note() returns trigger language plpgsql as $$ begin insert into noted values (tg_op); return null; end $$"
    )
    yield* execute("create trigger note after insert on things for each statement execute function note()")
  })
).pipe(Layer.provideMerge(ManualClock.layer), Layer.provideMerge(testDatabase()))

const ofThings = ManualClock.provide(WorkStore.make({ name: "things", table: things }))
const ofSamples = ManualClock.provide(WorkStore.make({ name: "samples", table: samples }))

const emptied = execute("truncate things, custom, samples, noted")
const statements = Effect.map(execute("delete from noted returning op"), ({ length }) => length)
const rows = Database.use(({ run }) => run((db) => db.select().from(things).orderBy(asc(things.id))))

layer(fixture, { excludeTestServices: true, timeout: "30 seconds" })("Enqueueing many records", (it) => {
  it.effect("is one statement for a hundred thousand of them, and one wake-up", () =>
    Effect.gen(function* () {
      yield* emptied
      const store = yield* ofThings
      const heard = yield* hearing
      const ids = yield* store.enqueue(Array.from({ length: 100_000 }, (_, n) => ({ title: `t${n}`, note: null })))

      assert.strictEqual(yield* statements, 1)
      assert.deepStrictEqual(yield* heard, ["things"])
      assert.strictEqual(new Set(ids).size, 100_000)
      const [wrong] = yield* execute(
        sql`select count(*)::int as count from things t
            join unnest(${`{${ids.join(",")}}`}::bigint[]) with ordinality as answered(id, place) using (id)
            where t.title <> 't' || (place - 1)`
      )
      assert.strictEqual(wrong!["count"], 0)
    })
  )

  it.effect("prepares one statement on the server, however many there are", () =>
    Effect.gen(function* () {
      yield* emptied
      const store = yield* ofThings
      const { begin } = yield* Database
      const transaction = yield* begin
      const [prepared] = yield* transaction.use(
        Effect.gen(function* () {
          for (const length of [1, 2, 3, 50]) {
            yield* store.enqueue(Array.from({ length }, (_, n) => ({ title: `t${n}`, note: "n" })))
          }
          return yield* execute(
            `select count(*)::int as count from pg_prepared_statements where statement like '%"a note"%'`
          )
        })
      )

      assert.strictEqual(prepared!["count"], 1)
    }).pipe(Effect.scoped)
  )

  it.effect(
    "applies the defaults of what is left out: the database's, the clock's, and those of JavaScript, one each",
    () =>
      Effect.gen(function* () {
        yield* emptied
        made = 0
        const store = yield* ofThings
        yield* store.enqueue([{ note: "a" }, { note: "b" }])

        const found = yield* rows
        assert.deepStrictEqual(
          found.map(({ note, serialNumber, title, touched }) => [note, title, serialNumber, touched]),
          [
            ["a", "untitled", 1, 5],
            ["b", "untitled", 2, 5]
          ]
        )
        assert.deepInclude(found[0], { state: "queued", attempt: 0, queuedAt: start, processAfter: start })
      })
  )

  it.effect("applies them to the records that leave a field out, and not to those that give it, in their order", () =>
    Effect.gen(function* () {
      yield* emptied
      made = 0
      const store = yield* ofThings
      const given = [
        { title: "a" },
        { note: "b", serialNumber: null },
        {},
        { title: undefined, note: null, processAfter: fromNow("1 hour") },
        { serialNumber: 70 }
      ]
      const ids = yield* store.enqueue(given)

      const found = yield* rows
      assert.deepStrictEqual(
        found.map(({ note, processAfter, serialNumber, title }) => [title, note, serialNumber, processAfter]),
        [
          ["a", null, 1, start],
          ["untitled", "b", null, start],
          ["untitled", null, 2, start],
          ["untitled", null, 3, fromNow("1 hour")],
          ["untitled", null, 70, start]
        ]
      )
      assert.deepStrictEqual(
        ids,
        found.map(({ id }) => id)
      )

      yield* emptied
      yield* store.enqueue([{ title: "a" }, { title: "b", note: "and more" }])
      assert.deepStrictEqual(
        (yield* rows).map(({ note }) => note),
        [null, "and more"]
      )
    })
  )

  it.effect("knows no limit of records that leave fields out, and enqueues all of those or none", () =>
    Effect.gen(function* () {
      yield* emptied
      const store = yield* ofThings
      const uneven = Array.from({ length: 5000 }, (_, n) => (n % 2 === 0 ? { title: `t${n}` } : { note: `n${n}` }))
      const ids = yield* store.enqueue(uneven)

      const found = yield* rows
      assert.deepStrictEqual(
        found.map(({ id }) => id),
        [...ids]
      )
      assert.deepStrictEqual([found[0]!.title, found[4999]!.note], ["t0", "n4999"])
      yield* Effect.flip(store.enqueue([...uneven, { id: ids[0]! }]))
      assert.strictEqual((yield* rows).length, 5000)
    })
  )

  it.effect("takes an expression for a field", () =>
    Effect.gen(function* () {
      yield* emptied
      const store = yield* ofThings
      const title = sql`upper(${"shout"})` as unknown as string
      yield* store.enqueue([{ title }, { title: "plain" }])

      assert.deepStrictEqual(
        (yield* rows).map((row) => row.title),
        ["SHOUT", "plain"]
      )
    })
  )

  it.effect("takes a column of a custom type", () =>
    Effect.gen(function* () {
      yield* emptied
      const store = yield* ManualClock.provide(WorkStore.make({ name: "custom", table: custom }))
      yield* store.enqueue([{ numbers: [1, 2] }, { numbers: [] }])

      const found = yield* Database.use(({ run }) => run((db) => db.select().from(custom).orderBy(asc(custom.id))))
      assert.deepStrictEqual(
        found.map(({ numbers }) => numbers),
        [[1, 2], []]
      )
    })
  )
})

const sample = {
  flag: true,
  big: 9_007_199_254_740_993n,
  ratio: Number.NaN,
  price: "12345678901234567890.1234567890",
  at: new Date("2026-03-29T01:30:00.250Z"),
  local: new Date("2026-03-29T01:30:00.250Z"),
  day: new Date("2026-03-29"),
  span: "1 day 02:00:00",
  key: "00000000-0000-4000-8000-000000000001",
  mood: "it's",
  moods: ["it's", "fine"],
  tags: ["a", `"b"`, "c,d", "{}", "\\", "NULL", ""],
  grid: [
    [1, 2],
    [3, 4]
  ],
  doc: { z: 1, a: ["é\u{1f680}", null, { "": false }] },
  exact: { z: 1, a: 2 },
  docs: [{ a: "b" }, [1]],
  short: "abc",
  fixed: "xyz",
  bits: "101",
  words: `"quoted" \\ 'and' \n\t},{"c0":1`
} as const

layer(fixture, { excludeTestServices: true })("A value of a record", (it) => {
  const stored = (values: Partial<typeof samples.$inferInsert>) =>
    Effect.gen(function* () {
      yield* emptied
      const store = yield* ofSamples
      yield* store.enqueue(values)
      const [row] = yield* Database.use(({ run }) => run((db) => db.select().from(samples)))
      return row!
    })

  it.effect("of whatever type is stored as drizzle's own insert stores it", () =>
    Effect.gen(function* () {
      const values = sample as unknown as typeof samples.$inferInsert
      const inTable = execute(
        `select to_jsonb(s) - '{id,queued_at,process_after}'::text[] as row, exact::text
         from samples s`
      )
      const row = yield* stored(values).pipe(Effect.ignore, Effect.andThen(inTable))
      yield* emptied
      yield* Database.use(({ run }) => run((db) => db.insert(samples).values(values)))

      assert.strictEqual(row.length, 1)
      assert.deepStrictEqual(row, yield* inTable)
      const { grid: _grid, ...others } = sample // the driver cannot read it, and need not
      const own = yield* stored(others as unknown as typeof samples.$inferInsert)
      assert.deepInclude(own, { big: sample.big, price: sample.price, tags: [...sample.tags], words: sample.words })
      assert.strictEqual(JSON.stringify(own.exact), JSON.stringify(sample.exact))
    })
  )

  it.effect("that is null is stored as null", () =>
    Effect.gen(function* () {
      const row = yield* stored(Object.fromEntries(Object.keys(sample).map((name) => [name, null])))

      for (const name of Object.keys(sample)) assert.isNull(Reflect.get(row, name), name)
    })
  )

  it.effect("that its column cannot hold is refused, not cut to fit", () =>
    Effect.gen(function* () {
      const codes: Array<unknown> = []
      const refused: ReadonlyArray<Partial<typeof samples.$inferInsert>> = [
        { short: "abcd" },
        { fixed: "abcd" },
        { bits: "10" },
        { mood: "bored" as never },
        { words: "a\u0000b" },
        { at: "yesterday" as never }
      ]
      for (const values of refused) {
        const error = yield* Effect.flip(stored(values))
        codes.push("code" in error ? error.code : error)
      }

      assert.deepStrictEqual(codes, ["22001", "22001", "22026", "22P02", "22P05", "unknown"])
    })
  )

  it.effect("that is half of a surrogate pair is stored as the driver sends it", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* stored({ words: "a\ud800" })).words, "a\ufffd")
    })
  )
})
