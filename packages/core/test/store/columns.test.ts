import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import {
  bigint,
  boolean,
  getTableConfig,
  integer,
  jsonb,
  pgEnum,
  pgSchema,
  pgTable,
  pgView,
  serial,
  text,
  timestamp,
  uuid,
  varchar
} from "drizzle-orm/pg-core"
import { Effect, Layer, Option } from "effect"
import {
  Condition,
  type Database,
  type InvalidOptions,
  Order,
  RetryPolicy,
  workColumns,
  workIndexes,
  WorkStore
} from "../../src/index.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { createTable, execute } from "../support/createTable.ts"
import { testDatabase } from "../support/database.ts"

const time = (name: string) => timestamp(name, { withTimezone: true })
const withoutKey = () => {
  const { id: _id, ...columns } = workColumns()
  return columns
}
const base = { name: "tasks", stalledMaxAge: "5 seconds", retry: RetryPolicy.fixed(2, "1 minute") } as const

const tasks = pgTable("tasks", { ...workColumns(), title: text("title") }, (table) => workIndexes("tasks", table))

// every role under a name of the table's own
const changesets = pgTable("changesets", {
  number: integer("number").primaryKey().generatedByDefaultAsIdentity(),
  reconcilerState: varchar("reconciler_state", { length: 40 }).notNull().default("queued"),
  reconcilerError: text("error"),
  enqueued: time("enqueued"),
  began: time("began"),
  ended: time("ended"),
  notBefore: time("not_before"),
  tries: integer("tries").notNull().default(0),
  resets: integer("resets").notNull().default(0),
  failures: integer("failures").notNull().default(0),
  alive: time("alive"),
  steps: jsonb("steps").array(),
  worker: text("worker"),
  stop: boolean("stop").notNull().default(false),
  title: text("title")
})
const changesetRoles = {
  id: changesets.number,
  state: changesets.reconcilerState,
  failureMessage: changesets.reconcilerError,
  queuedAt: changesets.enqueued,
  startedAt: changesets.began,
  finishedAt: changesets.ended,
  processAfter: changesets.notBefore,
  attempt: changesets.tries,
  numResets: changesets.resets,
  numFailures: changesets.failures,
  lastHeartbeatAt: changesets.alive,
  executionLogs: changesets.steps,
  workerHostname: changesets.worker,
  cancel: changesets.stop
} as const
const changesetsView = pgView("changesets_view").as((query) =>
  query
    .select({
      number: changesets.number,
      reconcilerState: changesets.reconcilerState,
      ended: changesets.ended,
      notBefore: changesets.notBefore,
      failures: changesets.failures,
      steps: changesets.steps,
      title: sql<string>`coalesce(${changesets.title}, '') || '!'`.as("title"),
      seventh: sql<number>`${changesets.number} * 7`.mapWith(Number).as("seventh")
    })
    .from(changesets)
)

const workState = pgEnum("WorkState", ["queued", "processing", "errored", "failed", "completed", "canceled"])
const enumerated = pgTable("enumerated", {
  ...workColumns(),
  state: workState("state").notNull().default("queued"),
  title: text("title")
})

const bigKeys = pgTable("big_keys", {
  ...withoutKey(),
  id: bigint("id", { mode: "bigint" }).primaryKey().generatedByDefaultAsIdentity({ startWith: "9007199254740993" }),
  title: text("title")
})
const uuidKeys = pgTable("uuid_keys", {
  ...withoutKey(),
  id: uuid("id").primaryKey().defaultRandom(),
  title: text("title")
})
const serialKeys = pgTable("serial_keys", { ...withoutKey(), id: serial("id").primaryKey(), title: text("title") })

const elsewhere = pgSchema("Elsewhere")
const stateElsewhere = elsewhere.enum("state", ["queued", "processing", "errored", "failed", "completed", "canceled"])
const inSchema = elsewhere.table("tasks", {
  ...workColumns(),
  state: stateElsewhere("state").notNull().default("queued"),
  title: text("title")
})
const viewInSchema = elsewhere.view("tasks_view").as((query) => query.select().from(inSchema))

const all = [tasks, changesets, enumerated, bigKeys, uuidKeys, serialKeys, inSchema]

const fixture = Layer.effectDiscard(
  Effect.gen(function* () {
    yield* execute(`create type "WorkState" as enum ('${workState.enumValues.join("', '")}')`)
    yield* execute('create schema "Elsewhere"')
    yield* execute(`create type "Elsewhere".state as enum ('${stateElsewhere.enumValues.join("', '")}')`)
    yield* Effect.forEach(all, createTable)
    yield* execute(`create view changesets_view as select number, reconciler_state, ended, not_before, failures, steps,
      coalesce(title, '') || '!' as title, number * 7 as seventh from changesets`)
    yield* execute('create view "Elsewhere".tasks_view as select * from "Elsewhere".tasks')
  })
).pipe(Layer.provideMerge(ManualClock.layer), Layer.provideMerge(testDatabase()))

type Key = number | string | bigint
type Titled = { readonly title: string | null }

/** The whole life of a record, with every operation of a store in it. */
const life = <Id extends Key, S extends string>(
  make: Effect.Effect<WorkStore.WorkStore<Titled, Id, S, { title: string }>, InvalidOptions, Database>,
  isKey: (id: Id) => boolean
) =>
  Effect.gen(function* () {
    const store = yield* ManualClock.provide(make)
    const clock = yield* ManualClock
    yield* execute(
      `truncate ${all
        .map((table) => getTableConfig(table))
        .map(({ name, schema = "public" }) => `"${schema}"."${name}"`)
        .join(", ")}`
    )
    const titles = ["a", "b", "c", "d", "e", "f"]
    const entry = { key: "step", command: ["go"], startTime: "2026-01-01T00:00:00Z", out: '{"quoted"}' }

    const ids = yield* store.enqueue(titles.map((title) => ({ title })))
    assert.isTrue(ids.every(isKey))
    assert.strictEqual(yield* store.queuedCount(), 6)

    const claims = yield* store.dequeueBatch(5, { workerHostname: "worker1" })
    assert.deepStrictEqual(
      claims.map(({ record }) => record.title?.replace("!", "")),
      ["a", "b", "c", "d", "e"]
    )
    assert.deepStrictEqual(
      claims.map(({ id }) => id),
      ids.slice(0, 5)
    )
    const [a, b, c, d, e] = claims as [(typeof claims)[0], ...typeof claims] & { readonly length: 5 }
    assert.strictEqual(yield* a.addLogEntry(entry), 1)
    yield* a.updateLogEntry(1, entry)

    assert.deepStrictEqual(yield* store.cancel([d!.id]), { canceled: [], requested: [d!.id] })
    yield* clock.advance("4 seconds")
    const beat = yield* store.heartbeat([a, b!, c!, d!])
    assert.sameMembers([...beat.held], ids.slice(0, 4))
    assert.deepStrictEqual(beat.canceled, [d!.id])

    yield* clock.advance("2 seconds")
    assert.deepStrictEqual([...(yield* store.resetStalled).reset.keys()], [e!.id])
    assert.strictEqual(yield* store.markComplete(a), "completed")
    assert.strictEqual(yield* store.markErrored(b!, "oops"), "errored")
    assert.strictEqual(yield* store.markFailed(c!, "oops"), "failed")
    assert.strictEqual(yield* store.markErrored(d!, "oops"), "canceled")
    assert.isTrue(yield* store.requeue(c!.id, { after: "1 hour" }))
    assert.deepStrictEqual(yield* store.countByState(["queued", "errored", "completed", "canceled", "failed"]), {
      queued: 3,
      errored: 1,
      completed: 1,
      canceled: 1
    })
    assert.isTrue(yield* store.exists(["errored"]))
    assert.isFalse(yield* store.exists(["processing", "failed"]))

    const { claim, commit, use } = Option.getOrThrow(yield* store.dequeueIndependent())
    assert.strictEqual(yield* use(store.markComplete(claim)), "completed")
    yield* commit
    const again = Option.getOrThrow(yield* store.dequeue())
    assert.isTrue(yield* store.requeue(again))
    yield* clock.advance("1 day")
    assert.strictEqual(yield* store.deleteFinished({ states: ["completed", "canceled"], keep: "1 hour", limit: 10 }), 3)
    assert.sameMembers(
      (yield* store.dequeueBatch(10)).map(({ id }) => id),
      ids.filter((id) => id !== claim.id && id !== a.id && id !== d!.id)
    )
  })

const isNumber = (id: unknown) => typeof id === "number"

layer(fixture, { excludeTestServices: true })("a store does all that a store does", (it) => {
  it.effect("over workColumns()", () => life(WorkStore.make({ ...base, table: tasks }), isNumber))

  it.effect("over columns with other names", () =>
    life(WorkStore.make({ ...base, table: changesets, columns: changesetRoles }), isNumber)
  )

  it.effect("over a view of columns with other names, and of expressions", () =>
    life(WorkStore.make({ ...base, table: changesets, columns: changesetRoles, view: changesetsView }), isNumber)
  )

  it.effect("over a state that is an enum", () => life(WorkStore.make({ ...base, table: enumerated }), isNumber))

  it.effect("over bigint keys", () =>
    life(WorkStore.make({ ...base, table: bigKeys }), (id) => id > 9_007_199_254_740_991n)
  )

  it.effect("over uuid keys", () =>
    life(WorkStore.make({ ...base, table: uuidKeys, orderBy: [Order.asc(uuidKeys.title)] }), (id) => id.length === 36)
  )

  it.effect("over serial keys", () => life(WorkStore.make({ ...base, table: serialKeys }), isNumber))

  it.effect("over a table in a schema of its own", () => life(WorkStore.make({ ...base, table: inSchema }), isNumber))

  it.effect("over a view in a schema of its own", () =>
    life(WorkStore.make({ ...base, table: inSchema, view: viewInSchema }), isNumber)
  )
})

layer(fixture, { excludeTestServices: true })("a view of columns with other names", (it) => {
  it.effect("gives its own columns and expressions, and work columns as the dequeue left them", () =>
    Effect.gen(function* () {
      const store = yield* WorkStore.make({
        ...base,
        table: changesets,
        columns: changesetRoles,
        view: changesetsView
      }).pipe(ManualClock.provide)
      const [id] = yield* store.enqueue({ title: "a" })

      const { record } = Option.getOrThrow(
        yield* store.dequeue({ conditions: [Condition.raw(changesetsView, sql`${changesetsView.title} = 'a!'`)] })
      )

      assert.deepInclude(record, { number: id!, reconcilerState: "processing", title: "a!", seventh: id! * 7 })
    })
  )
})
