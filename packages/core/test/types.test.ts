/** What the compiler must refuse, and what it must know. `tsc` checks this file; running it shows that it was checked. */
// oxlint-disable vitest/expect-expect -- what is expected of a refusal is the compiler's error
import { sql } from "drizzle-orm"
import { bigint, boolean, integer, json, pgTable, pgView, text, timestamp, uuid } from "drizzle-orm/pg-core"
import type { Effect } from "effect"
import { describe, expectTypeOf, it } from "vitest"
import { Condition, type Database, type InvalidOptions, Order, workColumns, WorkStore } from "../src/index.ts"

const tasks = pgTable("tasks", { ...workColumns(), title: text("title").notNull(), note: text("note") })
const others = pgTable("others", { ...workColumns(), size: integer("size").notNull() })
const tasksView = pgView("tasks_view").as((query) =>
  query
    .select({ id: tasks.id, title: tasks.title, length: sql<number>`length(${tasks.title})`.as("length") })
    .from(tasks)
)

const time = (name: string) => timestamp(name, { withTimezone: true })
const changesets = pgTable("changesets", {
  number: uuid("number").primaryKey(),
  reconcilerState: text("reconciler_state").notNull(),
  failureMessage: text("failure_message"),
  queuedAt: time("queued_at"),
  startedAt: time("started_at"),
  finishedAt: time("finished_at"),
  processAfter: time("process_after"),
  attempt: integer("attempt").notNull(),
  numResets: integer("num_resets").notNull(),
  numFailures: integer("num_failures").notNull(),
  lastHeartbeatAt: time("last_heartbeat_at"),
  executionLogs: json("execution_logs").array(),
  workerHostname: text("worker_hostname"),
  cancel: boolean("cancel").notNull(),
  maybe: boolean("maybe"),
  key: bigint("key", { mode: "bigint" }).notNull()
})
const mapped = { id: changesets.number, state: changesets.reconcilerState } as const

type Made<E> =
  E extends Effect.Effect<infer S, InvalidOptions, Database> ? (S extends WorkStore.AnyWorkStore ? S : never) : never
type RecordOf<E> = Made<E> extends WorkStore.WorkStore<infer R, infer _Id, infer _Source, infer _Insert> ? R : never
type IdOf<E> = Made<E> extends WorkStore.WorkStore<infer _R, infer Id, infer _Source, infer _Insert> ? Id : never
type InsertOf<E> = Parameters<Made<E>["enqueue"]>[0]

describe("the type of a record", () => {
  it("is the table's row", () => {
    const made = WorkStore.make({ name: "tasks", table: tasks })
    expectTypeOf<RecordOf<typeof made>>().toEqualTypeOf<typeof tasks.$inferSelect>()
  })

  it("is the view's row", () => {
    const made = WorkStore.make({ name: "tasks", table: tasks, view: tasksView })
    expectTypeOf<RecordOf<typeof made>>().toEqualTypeOf<{ id: number; title: string; length: number }>()
  })

  it("is what was selected, of a table or a view", () => {
    const ofTable = WorkStore.make({ name: "tasks", table: tasks, record: { key: tasks.id, note: tasks.note } })
    expectTypeOf<RecordOf<typeof ofTable>>().toEqualTypeOf<{ readonly key: number; readonly note: string | null }>()

    const record = { length: tasksView.length, twice: sql<number>`2 * ${tasksView.length}`.as("twice") }
    const ofView = WorkStore.make({ name: "tasks", table: tasks, view: tasksView, record })
    expectTypeOf<RecordOf<typeof ofView>>().toEqualTypeOf<{ readonly length: number; readonly twice: number }>()
  })

  it("does not depend on what the store is assigned to", () => {
    type Titled = WorkStore.WorkStore<{ readonly title: string }, number, "tasks", { title: string }>
    const made: Effect.Effect<Titled, InvalidOptions, Database> = WorkStore.make({ name: "tasks", table: tasks })
    expectTypeOf<RecordOf<typeof made>>().toEqualTypeOf<{ readonly title: string }>()
  })

  it("is what may be enqueued, less what the table fills in", () => {
    const made = WorkStore.make({ name: "tasks", table: tasks })
    type Insert = typeof tasks.$inferInsert
    expectTypeOf<InsertOf<typeof made>>().toEqualTypeOf<Insert | ReadonlyArray<Insert>>()
  })
})

describe("the type of a key", () => {
  it("is that of the column named id", () => {
    const made = WorkStore.make({ name: "tasks", table: tasks })
    expectTypeOf<IdOf<typeof made>>().toEqualTypeOf<number>()
  })

  it("is that of the column that is mapped to it", () => {
    const byUuid = WorkStore.make({ name: "changesets", table: changesets, columns: mapped })
    expectTypeOf<IdOf<typeof byUuid>>().toEqualTypeOf<string>()

    const byBigint = WorkStore.make({
      name: "changesets",
      table: changesets,
      columns: { ...mapped, id: changesets.key }
    })
    expectTypeOf<IdOf<typeof byBigint>>().toEqualTypeOf<bigint>()
  })
})

describe("the compiler refuses", () => {
  it("a table whose columns are not mapped", () => {
    // @ts-expect-error -- `columns` is missing
    WorkStore.make({ name: "changesets", table: changesets })
    // @ts-expect-error -- the state is not mapped
    WorkStore.make({ name: "changesets", table: changesets, columns: { id: changesets.number } })
    WorkStore.make({ name: "changesets", table: changesets, columns: mapped })
  })

  it("a column of another table", () => {
    // @ts-expect-error -- a column of `others`
    WorkStore.make({ name: "tasks", table: tasks, columns: { state: others.state } })
    // @ts-expect-error -- a column of `tasks`
    WorkStore.make({ name: "changesets", table: changesets, columns: { ...mapped, cancel: tasks.cancel } })
  })

  it("a column of the wrong type", () => {
    // @ts-expect-error -- a number
    WorkStore.make({ name: "changesets", table: changesets, columns: { ...mapped, cancel: changesets.attempt } })
    // @ts-expect-error -- a boolean that may be null
    WorkStore.make({ name: "changesets", table: changesets, columns: { ...mapped, cancel: changesets.maybe } })
    // @ts-expect-error -- a text
    WorkStore.make({ name: "tasks", table: tasks, columns: { maxAttempts: tasks.title } })
  })

  it("a role that there is none of", () => {
    // @ts-expect-error -- no role
    WorkStore.make({ name: "tasks", table: tasks, columns: { title: tasks.title } })
  })

  it("an order by another table's column", () => {
    WorkStore.make({ name: "tasks", table: tasks, orderBy: [Order.desc(tasks.title)] })
    // @ts-expect-error -- a column of `others`
    WorkStore.make({ name: "tasks", table: tasks, orderBy: [Order.asc(others.size)] })
    // @ts-expect-error -- a column of the table, where the store reads the view
    WorkStore.make({ name: "tasks", table: tasks, view: tasksView, orderBy: [Order.asc(tasks.title)] })
  })

  it("a condition on another table's column", () => {
    type Tasks = Made<ReturnType<typeof makeTasks>>
    const makeTasks = () => WorkStore.make({ name: "tasks", table: tasks })
    const conditions = (...all: NonNullable<NonNullable<Parameters<Tasks["dequeue"]>[0]>["conditions"]>) => all
    conditions(Condition.eq(tasks.title, "a"), Condition.or(Condition.isNull(tasks.note), Condition.gt(tasks.id, 1)))
    // @ts-expect-error -- a column of `others`
    conditions(Condition.gt(others.size, 1))
    // @ts-expect-error -- a column of the view, where the store reads the table
    conditions(Condition.eq(tasksView.title, "a"))
    // @ts-expect-error -- part of it speaks of `others`
    conditions(Condition.and(Condition.eq(tasks.title, "a"), Condition.gt(others.size, 1)))
    // @ts-expect-error -- anything, without anyone's word for it
    conditions(sql`true`)
  })

  it("a value that the column cannot have", () => {
    // @ts-expect-error -- a number
    Condition.eq(tasks.title, 1)
    // @ts-expect-error -- a text among numbers
    Condition.inArray(tasks.id, [1, "2"])
  })
})

describe("a query that is enqueued", () => {
  type Tasks = Made<ReturnType<typeof makeTasks>>
  const makeTasks = () => WorkStore.make({ name: "tasks", table: tasks })
  /** What is refused is not run either. */
  const enqueueing: (statement: (store: Tasks, db: Database["Service"]["db"]) => unknown) => void = () => {}

  it("gives columns of the table, of their types", () => {
    enqueueing((store, db) => store.enqueueFrom(db.select({ title: others.state }).from(others)))
    enqueueing((store, db) =>
      store.enqueueFrom(
        db
          .selectDistinct({ title: sql<string>`'a'`, note: others.failureMessage, processAfter: others.queuedAt })
          .from(others)
          .union(db.select({ title: tasks.title, note: tasks.note, processAfter: tasks.queuedAt }).from(tasks))
      )
    )
    enqueueing((store, db) =>
      store.enqueueFrom(
        db
          .select({ title: tasksView.title, note: tasks.note })
          .from(tasksView)
          .leftJoin(tasks, sql`true`)
          .orderBy(tasks.id)
          .limit(1)
      )
    )
  })

  it("does not compile when it cannot be inserted", () => {
    // @ts-expect-error -- the title is missing
    enqueueing((store, db) => store.enqueueFrom(db.select({ note: others.failureMessage }).from(others)))
    // @ts-expect-error -- it may be null, and the title may not
    enqueueing((store, db) => store.enqueueFrom(db.select({ title: others.failureMessage }).from(others)))
    // @ts-expect-error -- a number
    enqueueing((store, db) => store.enqueueFrom(db.select({ title: others.size }).from(others)))
    // @ts-expect-error -- no such column
    enqueueing((store, db) => store.enqueueFrom(db.select({ title: others.state, notes: others.state }).from(others)))
    const joined = (db: Database["Service"]["db"]) =>
      db
        .select()
        .from(tasks)
        .innerJoin(others, sql`true`)
    // @ts-expect-error -- a join without names gives a row of rows
    enqueueing((store, db) => store.enqueueFrom(joined(db)))
    const left = (db: Database["Service"]["db"]) =>
      db
        .select({ title: tasks.title })
        .from(others)
        .leftJoin(tasks, sql`true`)
    // @ts-expect-error -- the joined row may not be there
    enqueueing((store, db) => store.enqueueFrom(left(db)))
    // @ts-expect-error -- who knows what it gives?
    enqueueing((store) => store.enqueueFrom(sql`select 'a' as title`))
  })

  it("leaves a store of a table a store of any", () => {
    const any = (store: Tasks): WorkStore.AnyWorkStore => store
    expectTypeOf(any).returns.toEqualTypeOf<WorkStore.AnyWorkStore>()
  })
})
