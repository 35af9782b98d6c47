import { assert, layer } from "@effect/vitest"
import { asc, eq, gt, sql } from "drizzle-orm"
import { bigint, integer, jsonb, numeric, pgEnum, pgTable, text, timestamp, varchar } from "drizzle-orm/pg-core"
import { Effect, Fiber, Layer, Schema } from "effect"
import { Database, InvalidOptions, JobKind, JobQueue, RetryPolicy } from "../../src/index.ts"
import { createTable, execute } from "../support/createTable.ts"
import { fromNow, start } from "../support/moments.ts"
import { hearing } from "../support/wakes.ts"
import { producer, untilBlocked } from "./support/locks.ts"
import { claimed, emptied, fixture, onlyRow, rows, runAll } from "./support/queue.ts"

const users = pgTable("people", {
  id: integer("user_id").primaryKey(),
  name: text("full_name").notNull(),
  team: integer("team")
})

const Greet = JobKind.make("greet", {
  payload: Schema.Struct({ userId: Schema.Int, name: Schema.String }),
  priority: 3,
  retry: RetryPolicy.fixed(7, "1 second")
})
const Index = JobKind.make("index", {
  payload: Schema.Struct({ team: Schema.NullOr(Schema.Int), sha: Schema.String }),
  dedupeKey: ({ team }) => team?.toString()
})

const people = Layer.effectDiscard(
  Effect.andThen(
    createTable(users),
    execute("insert into people select n, 'user ' || n, nullif(n % 3, 0) from generate_series(1, 9) n")
  )
)
const database = people.pipe(Layer.provideMerge(fixture()))

/** The users' ids and names, by a name that is not the payload's in the table. */
const everybody = Database.use(({ db }) =>
  Effect.succeed(db.select({ userId: users.id, name: users.name }).from(users).orderBy(asc(users.id)))
)
/** The users' teams, each with a name: that of the last user counts. */
const teams = Database.use(({ db }) =>
  Effect.succeed(db.select({ team: users.team, sha: users.name }).from(users).orderBy(asc(users.id)))
)
const byTeam = { dedupeKey: ({ team }: { readonly team: unknown }) => sql`${team}` }

layer(database, { excludeTestServices: true })("Enqueueing from a query", (it) => {
  it.effect("makes a job of every row, in their order, with all that the kind says", () =>
    Effect.gen(function* () {
      yield* emptied
      const answer = yield* Greet.enqueueFrom(yield* everybody)

      assert.deepStrictEqual(answer, { enqueued: 9, deduped: 0 })
      const jobs = yield* rows
      assert.deepStrictEqual(
        jobs.map(({ payload }) => payload),
        Array.from({ length: 9 }, (_, n) => ({ userId: n + 1, name: `user ${n + 1}` }))
      )
      for (const job of jobs) {
        assert.deepInclude(job, {
          kind: "greet",
          state: "queued",
          priority: 3,
          maxAttempts: 7,
          payloadVersion: 1,
          dedupeKey: null,
          queuedAt: start,
          processAfter: start
        })
      }
    })
  )

  it.effect("takes a time and a priority of the call", () =>
    Effect.gen(function* () {
      yield* emptied
      const one = (yield* everybody).limit(1)
      yield* Greet.enqueueFrom(one, { after: "1 hour", priority: -1 })
      yield* Greet.enqueueFrom(one, { after: fromNow("1 minute") })

      assert.deepStrictEqual(
        (yield* rows).map(({ priority, processAfter }) => [priority, processAfter]),
        [
          [-1, fromNow("1 hour")],
          [3, fromNow("1 minute")]
        ]
      )
    })
  )

  it.effect("takes any select: conditions, joins, expressions, unions, and its values", () =>
    Effect.gen(function* () {
      yield* emptied
      const { db } = yield* Database
      const chosen = db.$with("chosen").as(db.select().from(users).where(gt(users.id, 8)))
      yield* Greet.enqueueFrom(
        db
          .with(chosen)
          .select({ userId: sql<number>`${chosen.id} * 10`, name: sql<string>`${"x"} || ${chosen.name}`.as("n") })
          .from(chosen)
          .innerJoin(users, eq(users.id, chosen.id))
          .union(db.select({ userId: users.id, name: users.name }).from(users).where(eq(users.name, "user 2")))
      )

      assert.sameDeepMembers(
        (yield* rows).map(({ payload }) => payload),
        [
          { userId: 90, name: "xuser 9" },
          { userId: 2, name: "user 2" }
        ]
      )
    })
  )

  it.effect("is part of the ambient transaction, and wakes a worker once with its commit", () =>
    Effect.gen(function* () {
      yield* emptied
      const heard = yield* hearing
      const query = yield* everybody
      const open = yield* producer(Greet.enqueueFrom(query))
      assert.deepStrictEqual(yield* heard, [])
      assert.deepStrictEqual(yield* rows, [])
      yield* open.commit
      assert.deepStrictEqual(yield* heard, ["jobs"])
      assert.strictEqual((yield* rows).length, 9)

      const { transaction } = yield* Database
      yield* Effect.flip(transaction(Effect.andThen(Greet.enqueueFrom(query), Effect.fail("no"))))
      assert.deepStrictEqual(yield* heard, [])
      assert.strictEqual((yield* rows).length, 9)
    })
  )

  it.effect("wakes nobody when the query has no rows", () =>
    Effect.gen(function* () {
      yield* emptied
      const heard = yield* hearing
      const { db } = yield* Database
      const nobody = db.select({ userId: users.id, name: users.name }).from(users).where(gt(users.id, 100))
      const noTeam = db.select({ team: users.team, sha: users.name }).from(users).where(gt(users.id, 100))

      assert.deepStrictEqual(yield* Greet.enqueueFrom(nobody), { enqueued: 0, deduped: 0 })
      assert.deepStrictEqual(yield* Index.enqueueFrom(noTeam, byTeam), { enqueued: 0, deduped: 0 })
      assert.deepStrictEqual(yield* heard, [])
    })
  )

  it.effect("dies of a query that cannot work, and enqueues nothing", () =>
    Effect.gen(function* () {
      yield* emptied
      const { db } = yield* Database
      const died = (enqueued: Effect.Effect<unknown, unknown, JobQueue>) =>
        enqueued.pipe(
          Effect.as("enqueued"),
          Effect.catchDefect((defect) => Effect.succeed(defect instanceof InvalidOptions ? defect.message : defect))
        )
      const nested = db.select({ userId: users.id, name: { first: users.name } }).from(users)

      assert.include(yield* died(Greet.enqueueFrom(sql`select 1` as never)), "`query` must be a drizzle select")
      assert.include(yield* died(Greet.enqueueFrom(nested as never)), "but `name` is neither")
      assert.include(yield* died(Index.enqueueFrom(yield* teams, {} as never)), "`dedupeKey` must be given as SQL")
      assert.include(
        yield* died(Greet.enqueueFrom(yield* everybody, { priority: 0.5 })),
        "`priority` must be a whole number"
      )
      assert.deepStrictEqual(yield* rows, [])
    })
  )
})

layer(database, { excludeTestServices: true })("The keys of a query", (it) => {
  it.effect("fold rows as if they had come one after the other, and leave those without a key alone", () =>
    Effect.gen(function* () {
      yield* emptied
      const answer = yield* Index.enqueueFrom(yield* teams, byTeam)

      assert.deepStrictEqual(answer, { enqueued: 5, deduped: 4 })
      assert.deepStrictEqual(
        (yield* rows).map(({ dedupeKey, payload }) => [dedupeKey, (payload as { sha: string }).sha]),
        [
          [null, "user 3"],
          [null, "user 6"],
          [null, "user 9"],
          ["1", "user 7"],
          ["2", "user 8"]
        ]
      )
    })
  )

  it.effect("take the empty text for none", () =>
    Effect.gen(function* () {
      yield* emptied
      const answer = yield* Index.enqueueFrom(yield* teams, { dedupeKey: () => sql`''` })

      assert.deepStrictEqual(answer, { enqueued: 9, deduped: 0 })
      assert.isTrue((yield* rows).every(({ dedupeKey }) => dedupeKey === null))
    })
  )

  it.effect("fold into a waiting job: its payload, its time and its priority", () =>
    Effect.gen(function* () {
      yield* emptied
      yield* Index.enqueue({ team: 1, sha: "old" }, { after: "1 hour", priority: 5 })
      const other = yield* Greet.enqueue({ userId: 1, name: "1" }, { dedupeKey: "1" })
      const { db } = yield* Database
      const one = db.select({ team: users.team, sha: users.name }).from(users).where(eq(users.id, 4))
      const answer = yield* Index.enqueueFrom(one, { ...byTeam, after: "1 minute", priority: 2 })

      assert.deepStrictEqual(answer, { enqueued: 0, deduped: 1 })
      const [job, greeting, ...others] = yield* rows
      assert.deepStrictEqual(others, [])
      assert.deepInclude(job, {
        payload: { team: 1, sha: "user 4" },
        processAfter: fromNow("1 minute"),
        priority: 2
      })
      assert.deepInclude(greeting, { id: other.id, payload: { userId: 1, name: "1" } })
    })
  )

  it.effect("make a running job run once more", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      yield* Index.enqueue({ team: 2, sha: "old" })
      const running = yield* claimed
      const { db } = yield* Database
      const query = db.select({ team: users.team, sha: users.name }).from(users).where(eq(users.team, 2))
      assert.deepStrictEqual(yield* Index.enqueueFrom(query, byTeam), { enqueued: 0, deduped: 3 })

      assert.strictEqual(yield* store.markComplete(running), "queued")
      assert.deepInclude(yield* onlyRow, { payload: { team: 2, sha: "user 8" } })
    })
  )

  it.effect("are the same as those of a single enqueue", () =>
    Effect.gen(function* () {
      yield* emptied
      yield* Index.enqueueFrom(yield* teams, byTeam)
      const [one, two] = [yield* Index.enqueue({ team: 1, sha: "a" }), yield* Index.enqueue({ team: 2, sha: "b" })]

      assert.deepStrictEqual([one.deduped, two.deduped], [true, true])
    })
  )

  it.effect("are taken in the order that a bulk enqueue takes them in, so that the two cannot deadlock", () =>
    Effect.gen(function* () {
      yield* emptied
      // UTF-16 sorts the last two the other way round, and a language sorts the first two so
      const keys = ["a", "B", "\u{1f680}", "\uff5e"]
      const Named = JobKind.make("named", {
        payload: Schema.Struct({ key: Schema.String }),
        dedupeKey: ({ key }) => key
      })
      const { db } = yield* Database
      const list = sql.join(
        keys.map((key) => sql`${key}`),
        sql`, `
      )
      const query = db.select({ key: sql<string>`key` }).from(sql`unnest(array[${list}]::text[]) as key`)
      const keysInOrder = Effect.map(rows, (all) => all.map(({ dedupeKey }) => dedupeKey))

      yield* Named.enqueueFrom(query, { dedupeKey: ({ key }) => key })
      const ofQuery = yield* keysInOrder
      yield* emptied
      yield* Named.enqueueAll(keys.map((key) => ({ key })))

      assert.deepStrictEqual(ofQuery, ["B", "a", "\uff5e", "\u{1f680}"])
      assert.deepStrictEqual(yield* keysInOrder, ofQuery)
    })
  )

  it.effect("wait for another producer of theirs, and fold into what it left", () =>
    Effect.gen(function* () {
      yield* emptied
      const open = yield* producer(Index.enqueue({ team: 1, sha: "first" }))
      const second = yield* Effect.forkChild(Index.enqueueFrom(yield* teams, byTeam), { startImmediately: true })
      yield* untilBlocked(1)
      yield* open.commit

      assert.deepStrictEqual(yield* Fiber.join(second), { enqueued: 4, deduped: 5 })
    })
  )
})

const mood = pgEnum("mood", ["fine", "poor"])
const samples = pgTable("samples", {
  id: bigint("id", { mode: "bigint" }).primaryKey(),
  small: bigint("small", { mode: "number" }).notNull(),
  price: numeric("price", { precision: 30, scale: 10 }).notNull(),
  at: timestamp("at", { withTimezone: true }).notNull(),
  local: timestamp("local").notNull(),
  asText: timestamp("as_text", { withTimezone: true, mode: "string" }).notNull(),
  mood: mood("mood").notNull(),
  tags: text("tags").array().notNull(),
  prices: numeric("prices").array().notNull(),
  details: jsonb("details").$type<{ readonly a: ReadonlyArray<number> }>().notNull(),
  code: varchar("code", { length: 5 })
})
const Everything = JobKind.make("everything", {
  payload: Schema.Struct({
    id: Schema.BigInt,
    small: Schema.Number,
    price: Schema.String,
    at: Schema.Date,
    local: Schema.Date,
    asText: Schema.String,
    mood: Schema.Literals(["fine", "poor"]),
    tags: Schema.Array(Schema.String),
    prices: Schema.Array(Schema.String),
    details: Schema.Struct({ a: Schema.Array(Schema.Number) }),
    code: Schema.NullOr(Schema.String)
  })
})

layer(
  Layer.effectDiscard(Effect.andThen(execute("create type mood as enum ('fine', 'poor')"), createTable(samples))).pipe(
    Layer.provideMerge(fixture())
  ),
  { excludeTestServices: true }
)("The payload of a row", (it) => {
  it.effect("is what its handler would get had the row been read and enqueued", () =>
    Effect.gen(function* () {
      yield* emptied
      const { db, run, transaction } = yield* Database
      const at = new Date("2026-03-29T01:30:00.250Z")
      yield* run((query) =>
        query.insert(samples).values({
          id: 9_007_199_254_740_993n,
          small: 7,
          price: "12345678901234567890.1234567890",
          at,
          local: at,
          asText: "2026-03-29 03:30:00+02",
          mood: "poor",
          tags: ["a", `"b"`],
          prices: ["1.50", "100000000000000000000.1"],
          details: { a: [1, 2] },
          code: null
        })
      )
      const [read] = yield* run((query) => query.select().from(samples))
      yield* Everything.enqueue(read!)
      yield* transaction(
        Effect.andThen(
          execute("set local time zone 'America/New_York'"),
          Everything.enqueueFrom(db.select().from(samples))
        )
      )
      const payloads = (yield* rows).map(({ payload }) => payload as { readonly local: string })
      assert.match(payloads[1]!.local, /[+-]\d\d:\d\d$/) // else whoever reads it takes it for a time of his own zone
      const seen: Array<unknown> = []
      yield* runAll(Everything.handle((payload) => Effect.sync(() => void seen.push(payload))))

      assert.strictEqual(seen.length, 2)
      const [enqueued, selected] = seen as [typeof read, typeof read]
      assert.deepStrictEqual({ ...selected, asText: "" }, { ...enqueued, asText: "" })
      assert.strictEqual(new Date(selected!.asText).getTime(), new Date(enqueued!.asText).getTime())
    })
  )

  it.effect("may have more fields than a function takes arguments", () =>
    Effect.gen(function* () {
      yield* emptied
      const names = Array.from({ length: 120 }, (_, n) => `field ${n}`)
      const { db } = yield* Database
      const Wide = JobKind.make("wide", { payload: Schema.Record(Schema.String, Schema.Int) })
      const fields = Object.fromEntries(names.map((name, n) => [name, sql<number>`${n}::int`]))
      yield* Wide.enqueueFrom(db.select(fields).from(sql`(select 1) as one`))

      assert.deepStrictEqual((yield* onlyRow).payload, Object.fromEntries(names.map((name, n) => [name, n])))
    })
  )
})
