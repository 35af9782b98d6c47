import { assert, layer } from "@effect/vitest"
import type { SQLWrapper } from "drizzle-orm"
import { pgTable, pgView, text } from "drizzle-orm/pg-core"
import { Duration, Effect, Layer } from "effect"
import { Database, DatabaseClock, workColumns, workIndexes } from "../../src/index.ts"
import { makeContext } from "../../src/store/makeContext.ts"
import type { StoreContext } from "../../src/store/StoreContext.ts"
import { cancel } from "../../src/store/statements/cancel.ts"
import { exists } from "../../src/store/statements/counts.ts"
import { deleteFinished } from "../../src/store/statements/deleteFinished.ts"
import { dequeue } from "../../src/store/statements/dequeue.ts"
import { claimLocked, lockCandidates } from "../../src/store/statements/dequeueView.ts"
import { addExecutionLogEntry } from "../../src/store/statements/executionLogs.ts"
import { heartbeat } from "../../src/store/statements/heartbeat.ts"
import { lockRecord } from "../../src/store/statements/lockRecord.ts"
import { markComplete } from "../../src/store/statements/markComplete.ts"
import { markErrored } from "../../src/store/statements/markErrored.ts"
import { markFailed } from "../../src/store/statements/markFailed.ts"
import { requeueClaim } from "../../src/store/statements/requeue.ts"
import { resetStalled } from "../../src/store/statements/resetStalled.ts"
import { createTable, execute } from "../support/createTable.ts"
import { testDatabase } from "../support/database.ts"
import { planOf } from "../support/plans.ts"

const tasks = pgTable("tasks", { ...workColumns(), title: text("title") }, (table) => workIndexes("tasks", table))
const tasksView = pgView("tasks_view").as((query) => query.select().from(tasks))

/** A million records: nine tenths finished, 49,500 due, 50,000 for later, 500 being processed, 100 of them stalled. */
const aMillion = [
  execute("alter table tasks set (autovacuum_enabled = false)"),
  execute("create view tasks_view as select * from tasks"),
  execute("analyze tasks"),
  execute(
    `insert into tasks (state, finished_at, process_after)
     select (array['completed', 'completed', 'failed', 'canceled'])[n % 4 + 1], now() - n * interval '1 second', now() - n * interval '1 second'
     from generate_series(1, 900000) n`
  ),
  execute("insert into tasks (process_after) select now() - n * interval '1 second' from generate_series(1, 49500) n"),
  execute("insert into tasks (process_after) select now() + n * interval '1 minute' from generate_series(1, 50000) n"),
  execute(
    `insert into tasks (state, attempt, started_at, last_heartbeat_at)
     select 'processing', 1, now() - interval '1 day', now() - case when n <= 100 then interval '1 day' else interval '0' end
     from generate_series(1, 500) n`
  )
]
const fixture = Layer.effectDiscard(Effect.andThen(createTable(tasks), Effect.all(aMillion))).pipe(
  Layer.provideMerge(testDatabase())
)

/** The first of those being processed that are not stalled. */
const running = 999_601
const fence = { id: running, attempt: 1, workerHostname: null }
const ids = Array.from({ length: 200 }, (_, at) => running + at)
const fences = { ids, attempts: ids.map(() => 1), workerHostnames: ids.map(() => null) }

/** A statement, and what it may cost: which indexes it is served by, and how many pages for how many records. */
interface Case {
  readonly of: (context: StoreContext) => SQLWrapper
  readonly values?: Record<string, unknown>
  readonly indexes: ReadonlyArray<"tasks_pkey" | "tasks_ready_idx" | "tasks_processing_idx" | "tasks_finished_idx">
  readonly records: number
  /** Reads what it asks for in its order, and so sorts nothing. */
  readonly ordered?: boolean
  readonly view?: boolean
}

const cases: Record<string, Case> = {
  "dequeue, of one": {
    of: (context) => dequeue(context, []),
    values: { limit: 1, workerHostname: "" },
    indexes: ["tasks_ready_idx"],
    records: 1,
    ordered: true
  },
  "dequeue, of a hundred": {
    of: (context) => dequeue(context, []),
    values: { limit: 100, workerHostname: "" },
    indexes: ["tasks_ready_idx"],
    records: 100,
    ordered: true
  },
  "lockCandidates, of one": {
    of: (context) => lockCandidates(context, []),
    values: { limit: 1 },
    indexes: ["tasks_ready_idx", "tasks_pkey"],
    records: 1,
    ordered: true,
    view: true
  },
  claimLocked: {
    of: (context) => claimLocked(context, []),
    values: { ids: ids.slice(0, 100), workerHostname: "" },
    indexes: ["tasks_pkey"],
    records: 100,
    view: true
  },
  heartbeat: { of: heartbeat, values: fences, indexes: ["tasks_pkey"], records: 200 },
  resetStalled: {
    of: resetStalled,
    values: { stalledMillis: 60_000, maxResets: 5, message: "died" },
    indexes: ["tasks_processing_idx"],
    records: 100
  },
  deleteFinished: {
    of: deleteFinished,
    values: { states: ["completed"], keepMillis: 1000, limit: 1 },
    indexes: ["tasks_finished_idx"],
    records: 1,
    ordered: true
  },
  markComplete: { of: markComplete, values: fence, indexes: ["tasks_pkey"], records: 1 },
  markErrored: {
    of: markErrored,
    values: { ...fence, message: "oops", delayMillis: 1000 },
    indexes: ["tasks_pkey"],
    records: 1
  },
  markFailed: { of: markFailed, values: { ...fence, message: "oops" }, indexes: ["tasks_pkey"], records: 1 },
  addExecutionLogEntry: {
    of: addExecutionLogEntry,
    values: { ...fence, entry: "{}" },
    indexes: ["tasks_pkey"],
    records: 1
  },
  lockRecord: { of: (context) => lockRecord(context, {}), values: fence, indexes: ["tasks_pkey"], records: 1 },
  requeueClaim: {
    of: requeueClaim,
    values: { ...fence, after: null, delayMillis: 0 },
    indexes: ["tasks_pkey"],
    records: 1
  },
  cancel: { of: cancel, values: { ids }, indexes: ["tasks_pkey"], records: 200 },
  "exists, of queued": { of: (context) => exists(context, ["queued"], []), indexes: ["tasks_ready_idx"], records: 1 },
  "exists, of processing": {
    of: (context) => exists(context, ["processing"], []),
    indexes: ["tasks_processing_idx"],
    records: 1
  },
  "exists, of failed": { of: (context) => exists(context, ["failed"], []), indexes: ["tasks_finished_idx"], records: 1 }
}

/** Pages: a walk down an index or two, and what one record's row and index entries may touch. */
const allowed = (records: number) => 20 + 30 * records

const suite = (statistics: string, analyze: string) =>
  layer(Layer.effectDiscard(execute(analyze)).pipe(Layer.provideMerge(fixture)), {
    excludeTestServices: true,
    timeout: "2 minutes"
  })(`with ${statistics}`, (it) => {
    for (const [name, { indexes, of, ordered = false, records, values = {}, view = false }] of Object.entries(cases)) {
      for (const mode of ["force_custom_plan", "force_generic_plan"] as const) {
        it.effect(`${name} is served by ${indexes.join(" and ")} (${mode})`, () =>
          Effect.gen(function* () {
            const { db } = yield* Database
            const options = { name: "tasks", table: tasks, ...(view ? { view: tasksView } : {}) }
            const context = makeContext(options, db, yield* DatabaseClock, 5, Duration.seconds(1))

            const plan = yield* planOf(of(context), { mode, values })

            assert.deepStrictEqual([...new Set(plan.indexes)].toSorted(), indexes.toSorted())
            assert.notInclude(plan.nodes, "Seq Scan")
            if (ordered) assert.notInclude(plan.nodes, "Sort")
            assert.isBelow(plan.buffers, allowed(records))
          })
        )
      }
    }
  })

suite("the statistics of the empty table", "select 1")
suite("fresh statistics", "analyze tasks")
