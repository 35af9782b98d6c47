import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import {
  bigint,
  boolean,
  customType,
  integer,
  pgEnum,
  pgTable,
  text,
  timestamp,
  uuid,
  varchar
} from "drizzle-orm/pg-core"
import { Effect, Layer } from "effect"
import { Condition, Database } from "../../src/index.ts"
import { createTable, execute } from "../support/createTable.ts"
import { testDatabase } from "../support/database.ts"

const mood = pgEnum("mood", ["calm", "cross", 'half, "quoted"'])
/** Kept in cents, spoken of in euros. */
const euros = customType<{ data: number; driverData: number }>({
  dataType: () => "integer",
  toDriver: (value) => value * 100,
  fromDriver: (value) => value / 100
})
const things = pgTable("things", {
  id: integer("id").primaryKey(),
  name: varchar("name", { length: 20 }),
  note: text("note"),
  mood: mood("mood"),
  since: timestamp("since", { withTimezone: true }),
  size: bigint("size", { mode: "bigint" }),
  price: euros("price"),
  key: uuid("key"),
  hot: boolean("hot")
})

const [first, second, third] = [1, 2, 3].map((day) => new Date(Date.UTC(2026, 0, day))) as [Date, Date, Date]
const uuids = ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"] as const

const fixture = Layer.effectDiscard(
  Effect.gen(function* () {
    yield* execute(sql`create type mood as enum ('calm', 'cross', 'half, "quoted"')`)
    yield* createTable(things)
    const { run } = yield* Database
    yield* run((db) =>
      db.insert(things).values([
        { id: 1, name: "a", mood: "calm", since: first, size: 2n ** 60n, price: 1.5, key: uuids[0], hot: true },
        { id: 2, name: 'b,\\"', mood: "cross", since: second, size: 7n, price: 2.5, key: uuids[1], hot: false },
        { id: 3, name: null, mood: 'half, "quoted"', since: third, size: 8n, price: 3.5 }
      ])
    )
  })
).pipe(Layer.provideMerge(testDatabase()))

/** Ids of the things for which a condition holds. */
const where = (condition: Condition.Condition<"things">, values: Record<string, unknown> = {}) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db.select({ id: things.id }).from(things).where(condition).orderBy(things.id).prepare("x").execute(values)
      ),
      (rows) => rows.map(({ id }) => id)
    )
  )

const cases: Record<string, [Condition.Condition<"things">, ReadonlyArray<number>]> = {
  eq: [Condition.eq(things.name, "a"), [1]],
  ne: [Condition.ne(things.mood, "calm"), [2, 3]],
  lt: [Condition.lt(things.since, second), [1]],
  lte: [Condition.lte(things.since, second), [1, 2]],
  gt: [Condition.gt(things.size, 7n), [1, 3]],
  gte: [Condition.gte(things.price, 2.5), [2, 3]],
  isNull: [Condition.isNull(things.name), [3]],
  isNotNull: [Condition.isNotNull(things.name), [1, 2]],
  and: [Condition.and(Condition.gt(things.id, 1), Condition.lt(things.id, 3)), [2]],
  "and, of nothing": [Condition.and(), [1, 2, 3]],
  or: [Condition.or(Condition.eq(things.id, 1), Condition.eq(things.id, 3)), [1, 3]],
  "or, of nothing": [Condition.or(), []],
  not: [Condition.not(Condition.or(Condition.eq(things.id, 1), Condition.eq(things.id, 3))), [2]],
  raw: [Condition.raw(things, sql`${things.id} % 2 = 0`), [2]],
  "inArray, of integers": [Condition.inArray(things.id, [3, 1]), [1, 3]],
  "inArray, of nothing": [Condition.inArray(things.id, []), []],
  "inArray, of text with quotes": [Condition.inArray(things.name, ['b,\\"', "c"]), [2]],
  "inArray, of an enum": [Condition.inArray(things.mood, ['half, "quoted"', "calm"]), [1, 3]],
  "inArray, of times": [Condition.inArray(things.since, [first, third]), [1, 3]],
  "inArray, of bigints": [Condition.inArray(things.size, [2n ** 60n, 8n]), [1, 3]],
  "inArray, of encoded values": [Condition.inArray(things.price, [1.5, 3.5]), [1, 3]],
  "inArray, of uuids": [Condition.inArray(things.key, [uuids[1]]), [2]],
  "inArray, of booleans": [Condition.inArray(things.hot, [false]), [2]]
}

layer(fixture, { excludeTestServices: true })("a condition", (it) => {
  for (const [name, [condition, ids]] of Object.entries(cases)) {
    it.effect(`holds where it says: ${name}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* where(condition), ids)
      })
    )
  }

  it.effect("takes the values of its placeholders as its columns write them", () =>
    Effect.gen(function* () {
      const since = Condition.lt(things.since, sql.placeholder("since"))
      const price = Condition.eq(things.price, sql.placeholder("price"))
      const moods = Condition.inArray(things.mood, sql.placeholder("moods"))

      assert.deepStrictEqual(yield* where(since, { since: third }), [1, 2])
      assert.deepStrictEqual(yield* where(price, { price: 2.5 }), [2])
      assert.deepStrictEqual(yield* where(moods, { moods: ["calm", "cross"] }), [1, 2])
    })
  )
})
