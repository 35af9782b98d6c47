import { assert, layer } from "@effect/vitest"
import { boolean, integer, json, pgTable, pgView, text, timestamp } from "drizzle-orm/pg-core"
import { Effect } from "effect"
import { Database, type InvalidOptions, Order, RetryPolicy, workColumns, WorkStore } from "../../src/index.ts"
import { testDatabase } from "../support/database.ts"

const tasks = pgTable("tasks", { ...workColumns(), title: text("title").notNull() })
const others = pgTable("others", workColumns())
const make = (overrides: object) => WorkStore.make({ name: "tasks", table: tasks, ...overrides })

/** A table with one column not as it should be. */
const tableWith = (own: object) => {
  const { executionLogs: _logs, ...columns } = workColumns()
  return pgTable("tasks", { ...columns, executionLogs: json("execution_logs").array(), ...own })
}
const makeOver = (table: ReturnType<typeof tableWith>) => WorkStore.make({ name: "tasks", table } as never)

const cases: Record<string, [Effect.Effect<unknown, InvalidOptions, Database>, string]> = {
  "an empty name": [make({ name: "" }), "store: `name` must not be empty"],
  "a name too long to be sent": [make({ name: "x".repeat(201) }), "`name` must be at most 200 bytes long"],
  "a stalled age of zero": [
    make({ stalledMaxAge: 0 }),
    "tasks: `stalledMaxAge` must be at least one millisecond, but is 0"
  ],
  "a stalled age below zero": [make({ stalledMaxAge: -5 }), "`stalledMaxAge` must be at least one millisecond"],
  "a stalled age that is no number": [make({ stalledMaxAge: Number.NaN }), "`stalledMaxAge` must be"],
  "a stalled age without end": [make({ stalledMaxAge: Infinity }), "`stalledMaxAge` must be at least one millisecond"],
  "a stalled age in words": [
    make({ stalledMaxAge: "soon" }),
    '`stalledMaxAge` must be a duration such as "5 seconds", but is soon'
  ],
  "resets below zero": [make({ maxNumResets: -1 }), "tasks: `maxNumResets` must be a whole number from 0, but is -1"],
  "half a reset": [make({ maxNumResets: 1.5 }), "`maxNumResets` must be a whole number from 0, but is 1.5"],
  "attempts below zero": [
    make({ retry: RetryPolicy.fixed(-1, "1 second") }),
    "tasks: `retry.attempts` must be a whole number from 0, but is -1"
  ],
  "attempts that are no number": [
    make({ retry: RetryPolicy.fixed(Number.NaN, "1 second") }),
    "`retry.attempts` must be a whole number from 0, but is NaN"
  ],
  "an order of nothing": [make({ orderBy: [] }), "tasks: `orderBy` must name at least one column, or be left out"],
  "another table's column": [
    make({ columns: { state: others.state } }),
    "tasks: `columns.state` must be a column of the store's own table"
  ],
  "a missing column": [
    WorkStore.make({ name: "tasks", table: pgTable("tasks", { id: integer("id").primaryKey() }) } as never),
    "tasks: `columns.state` must name a column, or the table must have one: spread workColumns() into it"
  ],
  "a timestamp without time zone": [
    makeOver(tableWith({ finishedAt: timestamp("finished_at") })),
    'tasks: `columns.finishedAt` must be a timestamp with time zone, but "finished_at" is a timestamp'
  ],
  "execution logs that are no array": [
    makeOver(tableWith({ executionLogs: json("logs") })),
    'tasks: `columns.executionLogs` must be a json[] or jsonb[], but "logs" is a json'
  ],
  "execution logs of text": [
    makeOver(tableWith({ executionLogs: text("logs").array() })),
    '`columns.executionLogs` must be a json[] or jsonb[], but "logs" is a text[]'
  ],
  "a view that lacks a work column": [
    make({
      view: pgView("some_tasks", { id: integer("id"), state: text("state"), cancel: boolean("cancel") }).existing()
    }),
    'tasks: `view` must show the column "finished_at" of the table (for `finishedAt`)'
  ]
}

layer(testDatabase(), { excludeTestServices: true })("a store is refused", (it) => {
  for (const [name, [made, message]] of Object.entries(cases)) {
    it.effect(`for ${name}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(made)

        assert.strictEqual(error._tag, "InvalidOptions")
        assert.include(error.message, message)
      })
    )
  }

  it.effect("by its operations, for states that they cannot be about", () =>
    Effect.gen(function* () {
      const store = yield* WorkStore.make({ name: "tasks", table: tasks, orderBy: [Order.asc(tasks.title)] })
      const sweep = (states: ReadonlyArray<"failed" | "queued">) =>
        Effect.flip(store.deleteFinished({ states, keep: "1 day", limit: 10 }))

      assert.strictEqual((yield* sweep([])).message, "tasks: `states` must name at least one state")
      assert.strictEqual(
        (yield* sweep(["failed", "queued"])).message,
        "tasks: `states` must be among failed, completed, canceled"
      )
    })
  )
})
