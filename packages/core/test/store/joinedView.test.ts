import { assert, layer } from "@effect/vitest"
import { eq, sql } from "drizzle-orm"
import { boolean, integer, pgTable, pgView, text } from "drizzle-orm/pg-core"
import { Effect, Layer, Option } from "effect"
import { Condition, Order, workColumns, WorkStore } from "../../src/index.ts"
import { createTable, execute } from "../support/createTable.ts"
import { testDatabase } from "../support/database.ts"
import { createLatch, heldOpen, isOpen } from "../support/latch.ts"

const owners = pgTable("owners", {
  id: integer("id").primaryKey(),
  name: text("name").notNull(),
  paused: boolean("paused").notNull().default(false)
})
const builds = pgTable("builds", { ...workColumns(), ownerId: integer("owner_id").notNull() })

/** Each owner's first build before any owner's second. */
const fairBuilds = pgView("fair_builds").as((query) =>
  query
    .select({
      id: builds.id,
      state: builds.state,
      processAfter: builds.processAfter,
      finishedAt: builds.finishedAt,
      numFailures: builds.numFailures,
      startedAt: builds.startedAt,
      owner: owners.name,
      paused: owners.paused,
      rank: sql<number>`row_number() over (partition by ${builds.ownerId} order by ${builds.id})`
        .mapWith(Number)
        .as("rank")
    })
    .from(builds)
    .innerJoin(owners, eq(owners.id, builds.ownerId))
)

const fixture = Layer.effectDiscard(
  Effect.gen(function* () {
    yield* createTable(owners)
    yield* createTable(builds)
    yield* execute(
      `create view fair_builds as select b.id, b.state, b.process_after, b.finished_at, b.num_failures, b.started_at,
         o.name, o.paused, row_number() over (partition by b.owner_id order by b.id) as rank
       from builds b join owners o on o.id = b.owner_id`
    )
    yield* createLatch
  })
).pipe(Layer.provideMerge(testDatabase({ controlConnections: 4 })))

const queue = Effect.gen(function* () {
  yield* execute("truncate owners, builds restart identity")
  yield* execute("insert into owners values (1, 'ann'), (2, 'bob')")
  yield* execute("insert into builds (owner_id) values (1), (1), (1), (2), (2)")
  return yield* WorkStore.make({
    name: "builds",
    table: builds,
    view: fairBuilds,
    orderBy: [Order.raw(fairBuilds, sql`${fairBuilds.rank}`), Order.asc(fairBuilds.owner)]
  })
})
const running = Condition.eq(fairBuilds.paused, false)

layer(fixture, { excludeTestServices: true })("a view that joins other tables", (it) => {
  it.effect("may order by what it computes over all records", () =>
    Effect.gen(function* () {
      const store = yield* queue

      const claims = yield* store.dequeueBatch(5)

      assert.deepStrictEqual(
        claims.map(({ record: { owner, rank } }) => `${owner} ${rank}`),
        ["ann 1", "bob 1", "ann 2", "bob 2", "ann 3"]
      )
    })
  )

  it.effect("gives the fields of the other tables, and when the attempt started", () =>
    Effect.gen(function* () {
      const store = yield* queue

      const { record } = Option.getOrThrow(yield* store.dequeue())

      assert.deepInclude(record, { state: "processing", owner: "ann", paused: false, rank: 1 })
      assert.isNotNull(record.startedAt)
    })
  )

  it.effect("has its conditions on the other tables tested again after the lock", () =>
    Effect.gen(function* () {
      const store = yield* queue
      const conditions = [running, Condition.raw(fairBuilds, isOpen)]

      const claims = yield* heldOpen(
        store.dequeueBatch(3, { conditions }),
        execute("update owners set paused = true where name = 'ann'")
      )

      assert.deepStrictEqual(
        claims.map(({ record: { owner } }) => owner),
        ["bob"]
      )
      assert.strictEqual(yield* store.queuedCount({ conditions: [running] }), 1)
    })
  )
})
