import { assert, layer } from "@effect/vitest"
import { describe, it } from "vitest"
import { getTableConfig, pgTable } from "drizzle-orm/pg-core"
import { Effect, Layer } from "effect"
import { Database, finishedStates, workColumns, workIndexes, workStates } from "../../src/index.ts"
import { createTable, execute } from "../support/createTable.ts"
import { testDatabase } from "../support/database.ts"

const tasks = pgTable("tasks", workColumns(), (table) => workIndexes("tasks", table))
const fixture = Layer.effectDiscard(createTable(tasks)).pipe(Layer.provideMerge(testDatabase()))

layer(fixture, { excludeTestServices: true })("workColumns", (test) => {
  test.effect("make a record that is queued and due, of nothing at all", () =>
    Effect.gen(function* () {
      const [row] = yield* execute(
        `insert into tasks default values returning id, state, attempt, num_resets, num_failures, worker_hostname, cancel,
           queued_at = now() and process_after = now() as due_now, started_at, finished_at, failure_message,
           last_heartbeat_at, execution_logs`
      )

      assert.deepStrictEqual(row, {
        id: "1",
        state: "queued",
        attempt: 0,
        num_resets: 0,
        num_failures: 0,
        worker_hostname: "",
        cancel: false,
        due_now: true,
        started_at: null,
        finished_at: null,
        failure_message: null,
        last_heartbeat_at: null,
        execution_logs: null
      })
    })
  )
})

layer(fixture, { excludeTestServices: true })("workIndexes", (test) => {
  test.effect("let a heartbeat touch none of them", () =>
    Effect.gen(function* () {
      const { transaction } = yield* Database
      const [updated] = yield* transaction(
        Effect.gen(function* () {
          yield* execute("insert into tasks (state, last_heartbeat_at) values ('processing', now())")
          yield* execute("update tasks set last_heartbeat_at = statement_timestamp()")
          return yield* execute(
            "select pg_stat_get_xact_tuples_updated(oid) as all, pg_stat_get_xact_tuples_hot_updated(oid) as hot from pg_class where oid = 'tasks'::regclass"
          )
        })
      )

      assert.deepStrictEqual(updated, { all: "1", hot: "1" })
    })
  )
})

describe("workIndexes", () => {
  it("are one each for what is ready, what is being processed and what is finished", () => {
    const indexed = getTableConfig(tasks).indexes.map(({ config }) => config.name)

    assert.deepStrictEqual(indexed, ["tasks_ready_idx", "tasks_processing_idx", "tasks_finished_idx"])
  })

  it("take an order of their own, and refuse none", () => {
    assert.throws(() => workIndexes("tasks", tasks, []), /must name at least one column/)
  })
})

describe("the states of a record", () => {
  it("are six, three of them final", () => {
    assert.deepStrictEqual([...workStates].toSorted(), [
      "canceled",
      "completed",
      "errored",
      "failed",
      "processing",
      "queued"
    ])
    assert.deepStrictEqual([...finishedStates].toSorted(), ["canceled", "completed", "failed"])
  })
})
