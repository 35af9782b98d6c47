/**
 * The fixture of the acceptance cases: a table that was there before the
 * engine, with names of its own, and a view of it.
 */
import { sql } from "drizzle-orm"
import { boolean, integer, json, pgTable, pgView, text, timestamp } from "drizzle-orm/pg-core"
import { Effect, Layer, Option } from "effect"
import {
  Condition,
  Database,
  type ExecutionLogEntry,
  type InvalidOptions,
  Order,
  RetryPolicy,
  WorkStore
} from "../../src/index.ts"
import type { CommonStoreOptions } from "../../src/store/StoreOptions.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { createTable, execute } from "./createTable.ts"
import { testDatabase } from "./database.ts"
import { start } from "./moments.ts"

const columns = () => ({
  id: integer("id").primaryKey(),
  state: text("state").notNull().default("queued"),
  failure_message: text("failure_message"),
  queued_at: timestamp("queued_at", { withTimezone: true }),
  started_at: timestamp("started_at", { withTimezone: true }),
  finished_at: timestamp("finished_at", { withTimezone: true }),
  process_after: timestamp("process_after", { withTimezone: true }),
  attempt: integer("attempt").notNull().default(0),
  num_resets: integer("num_resets").notNull().default(0),
  num_failures: integer("num_failures").notNull().default(0),
  last_heartbeat_at: timestamp("last_heartbeat_at", { withTimezone: true }),
  execution_logs: json("execution_logs").array().$type<Array<ExecutionLogEntry>>(),
  worker_hostname: text("worker_hostname").notNull().default(""),
  cancel: boolean("cancel").notNull().default(false),
  uploaded_at: timestamp("uploaded_at", { withTimezone: true }).notNull().defaultNow(),
  created_at: timestamp("created_at", { withTimezone: true }).notNull().defaultNow()
})

export const workerutil = pgTable("workerutil_test", columns())

/** Shows every record, and one column more. */
export const workerutilView = pgView("workerutil_test_view", {
  ...columns(),
  new_field: integer("new_field").notNull()
}).existing()

/** Which column of the table has which role. */
export const roles = {
  failureMessage: workerutil.failure_message,
  queuedAt: workerutil.queued_at,
  startedAt: workerutil.started_at,
  finishedAt: workerutil.finished_at,
  processAfter: workerutil.process_after,
  numResets: workerutil.num_resets,
  numFailures: workerutil.num_failures,
  lastHeartbeatAt: workerutil.last_heartbeat_at,
  executionLogs: workerutil.execution_logs,
  workerHostname: workerutil.worker_hostname
} as const

/** A database with the fixture in it, and the clock at its start. */
export const fixtureWith = (options: Parameters<typeof testDatabase>[0]) =>
  Layer.effectDiscard(
    Effect.andThen(
      createTable(workerutil),
      execute("create view workerutil_test_view as select *, id * 7 as new_field from workerutil_test")
    )
  ).pipe(Layer.provideMerge(ManualClock.layer), Layer.provideMerge(testDatabase(options)))

export const fixture = fixtureWith({})

export type Row = typeof workerutil.$inferSelect
export type NewRow = typeof workerutil.$inferInsert

/** Makes these the only records, and the moment the clock's start. */
export const records = Effect.fnUntraced(function* (rows: ReadonlyArray<NewRow>) {
  const { run } = yield* Database
  const clock = yield* ManualClock
  yield* clock.set(start)
  yield* run((db) => db.delete(workerutil))
  if (rows.length > 0) yield* run((db) => db.insert(workerutil).values([...rows]))
})

/** The record as it is in the table now. */
export const row = Effect.fnUntraced(function* (id: number) {
  const { run } = yield* Database
  const [found] = yield* run((db) =>
    db
      .select()
      .from(workerutil)
      .where(sql`${workerutil.id} = ${id}`)
  )
  return found!
})

export const states = Effect.map(
  Database.use(({ run }) => run((db) => db.select().from(workerutil).orderBy(workerutil.id))),
  (rows) => Object.fromEntries(rows.map(({ id, state }) => [id, state]))
)

type Overrides<Source extends string> = Partial<
  Pick<
    CommonStoreOptions<Source, never>,
    "maxNumResets" | "name" | "orderBy" | "resetFailureMessage" | "retry" | "stalledMaxAge"
  >
>

const defaults = {
  name: "workerutil",
  stalledMaxAge: "5 seconds",
  maxNumResets: 5,
  retry: RetryPolicy.fixed(3, "5 minutes")
} as const

/** A store over the table, in the order of upload. */
export const tableStore = (overrides: Overrides<"workerutil_test"> = {}) =>
  WorkStore.make({
    ...defaults,
    table: workerutil,
    columns: roles,
    orderBy: [Order.asc(workerutil.uploaded_at)],
    ...overrides
  }).pipe(ManualClock.provide)

/** A store that reads through the view, in the order of upload. */
export const viewStore = (overrides: Overrides<"workerutil_test_view"> = {}) =>
  WorkStore.make({
    ...defaults,
    table: workerutil,
    view: workerutilView,
    columns: roles,
    orderBy: [Order.asc(workerutilView.uploaded_at)],
    ...overrides
  }).pipe(ManualClock.provide)

/** What a test needs to know of where a store reads. */
export interface Through<Source extends string> {
  readonly name: string
  readonly make: (
    overrides?: Overrides<Source>
  ) => Effect.Effect<WorkStore.WorkStore<Row, number, Source, NewRow>, InvalidOptions, Database>
  readonly idBelow: (id: number) => Condition.Condition<Source>
  readonly oldestFirst: ReadonlyArray<Order.Order<Source>>
}

/** The two ways of reading, for behaviour that must be the same in both. */
export const throughTable: Through<"workerutil_test"> = {
  name: "a table",
  make: tableStore,
  idBelow: (id) => Condition.lt(workerutil.id, id),
  oldestFirst: [Order.asc(workerutil.created_at)]
}
export const throughView: Through<"workerutil_test_view"> = {
  name: "a view",
  make: viewStore,
  idBelow: (id) => Condition.lt(workerutilView.id, id),
  oldestFirst: [Order.asc(workerutilView.created_at)]
}

/** The next record, taken; fails the test when there is none. */
export const take = <R, Id extends number | string | bigint, S extends string, I>(
  store: WorkStore.WorkStore<R, Id, S, I>,
  options?: WorkStore.DequeueOptions<S>
) => Effect.map(store.dequeue(options), Option.getOrThrow)
