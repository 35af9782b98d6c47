import { assert, layer } from "@effect/vitest"
import { boolean, pgTable } from "drizzle-orm/pg-core"
import { Duration, Effect, Layer } from "effect"
import { Database, RetryPolicy, workColumns, WorkStore } from "../../src/index.ts"
import { createTable, execute } from "../support/createTable.ts"
import { testDatabase } from "../support/database.ts"
import { hearing } from "../support/wakes.ts"

const tasks = pgTable("tasks", { ...workColumns(), runAgain: boolean("run_again").notNull().default(false) })
const plain = pgTable("plain", workColumns())

const fixture = Layer.effectDiscard(Effect.andThen(createTable(tasks), createTable(plain))).pipe(
  Layer.provideMerge(testDatabase())
)

/** Records in processing, each changed as its text says, from id 1. */
const processing = (table: "tasks" | "plain", ...changes: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    yield* execute(`truncate ${table} restart identity`)
    yield* execute(
      `insert into ${table} (state, attempt, started_at, worker_hostname) select 'processing', 1, now(), 'me' from generate_series(1, ${changes.length})`
    )
    for (const [at, change] of changes.entries()) {
      if (change !== "") yield* execute(`update ${table} set ${change} where id = ${at + 1}`)
    }
  })
const rowsOf = (table: "tasks" | "plain") =>
  execute(
    `select id::int, state, failure_message as message, num_failures as failures, round(extract(epoch from process_after - now()))::int as rest from ${table} order by id`
  )

const options = { name: "tasks", table: tasks, retry: RetryPolicy.fixed(2, "1 minute") }
const fence = (id: number, attempt = 1) => ({ id, attempt, workerHostname: "me" })
const completed = { _tag: "Completed" } as const
const errored = (message: string) => ({ _tag: "Errored", message, after: Duration.seconds(90) }) as const
const failed = (message: string) => ({ _tag: "Failed", message }) as const

layer(fixture, { excludeTestServices: true })("markMany", (it) => {
  it.effect("completes many, and answers in their order", () =>
    Effect.gen(function* () {
      yield* processing("tasks", "", "", "")
      const store = yield* WorkStore.make(options)

      const states = yield* store.markMany([3, 1].map((id) => ({ fence: fence(id), end: completed })))

      assert.deepStrictEqual(states, ["completed", "completed"])
      assert.deepStrictEqual(
        (yield* rowsOf("tasks")).map(({ state }) => state),
        ["completed", "processing", "completed"]
      )
    })
  )

  it.effect("writes ends of every kind in one statement, as the marks do one by one", () =>
    Effect.gen(function* () {
      yield* processing("tasks", "", "", "num_failures = 1", "", "cancel = true", "cancel = true")
      const store = yield* WorkStore.make(options)

      const states = yield* store.markMany([
        { fence: fence(1), end: completed },
        { fence: fence(2), end: errored("may \u0000 pass") },
        { fence: fence(3), end: errored("the last attempt") },
        { fence: fence(4), end: failed("never") },
        { fence: fence(5), end: errored("asked to stop") },
        { fence: fence(6), end: completed }
      ])

      assert.deepStrictEqual(states, ["completed", "errored", "failed", "failed", "canceled", "completed"])
      assert.deepStrictEqual(yield* rowsOf("tasks"), [
        { id: 1, state: "completed", message: null, failures: 0, rest: 0 },
        { id: 2, state: "errored", message: "may \uFFFD pass", failures: 1, rest: 90 },
        { id: 3, state: "failed", message: "the last attempt", failures: 2, rest: 0 },
        { id: 4, state: "failed", message: "never", failures: 1, rest: 0 },
        { id: 5, state: "canceled", message: "asked to stop", failures: 0, rest: 0 },
        { id: 6, state: "completed", message: null, failures: 0, rest: 0 }
      ])
    })
  )

  it.effect("writes nothing for an attempt that is not the current one, or another worker's", () =>
    Effect.gen(function* () {
      yield* processing("tasks", "attempt = 2", "worker_hostname = 'other'", "state = 'queued'", "")
      const store = yield* WorkStore.make(options)

      for (const end of [completed, errored("late")]) {
        const states = yield* store.markMany([1, 2, 3].map((id) => ({ fence: fence(id), end })))
        assert.deepStrictEqual(states, [undefined, undefined, undefined])
      }
      assert.deepStrictEqual(
        (yield* rowsOf("tasks")).map(({ state }) => state),
        ["processing", "processing", "queued", "processing"]
      )
    })
  )

  it.effect("does not wait for a record that somebody has locked, and leaves it as it is", () =>
    Effect.gen(function* () {
      yield* processing("tasks", "", "")
      const store = yield* WorkStore.make(options)
      const { begin } = yield* Database
      const other = yield* begin
      yield* other.use(execute("select 1 from tasks where id = 1 for update"))

      const states = yield* store.markMany([1, 2].map((id) => ({ fence: fence(id), end: completed })))

      assert.deepStrictEqual(states, [undefined, "completed"])
      yield* other.rollback
      assert.strictEqual(yield* store.markComplete(fence(1)), "completed")
    })
  )

  it.effect("queues what is to run once more, and wakes a worker for it", () =>
    Effect.gen(function* () {
      yield* processing("tasks", "run_again = true, num_failures = 1", "run_again = true", "")
      const store = yield* WorkStore.make(options)

      const heard = yield* hearing
      assert.deepStrictEqual(yield* store.markMany([{ fence: fence(1), end: completed }]), ["queued"])
      assert.deepStrictEqual(yield* heard, ["tasks"])
      const mixed = [
        { fence: fence(2), end: failed("no") },
        { fence: fence(3), end: completed }
      ]
      assert.deepStrictEqual(yield* store.markMany(mixed), ["queued", "completed"])
      assert.deepStrictEqual(yield* heard, ["tasks"])

      assert.deepInclude((yield* rowsOf("tasks"))[0], { state: "queued", failures: 0 })
    })
  )

  it.effect("asks the database nothing when there is nothing to write", () =>
    Effect.gen(function* () {
      const store = yield* WorkStore.make(options)

      assert.deepStrictEqual(yield* store.markMany([]), [])
    })
  )
})

layer(fixture, { excludeTestServices: true })("a store that deletes what is completed", (it) => {
  it.effect("deletes it in the statement that completes it, and keeps what fails", () =>
    Effect.gen(function* () {
      yield* processing("plain", "", "", "", "")
      const store = yield* WorkStore.make({ name: "plain", table: plain, onComplete: "delete" })

      assert.strictEqual(yield* store.markComplete(fence(1)), "completed")
      assert.deepStrictEqual(yield* store.markMany([{ fence: fence(2), end: completed }]), ["completed"])
      const mixed = [
        { fence: fence(3), end: completed },
        { fence: fence(4), end: failed("no") }
      ]
      assert.deepStrictEqual(yield* store.markMany(mixed), ["completed", "failed"])

      assert.deepStrictEqual(
        (yield* rowsOf("plain")).map(({ id, state }) => [id, state]),
        [[4, "failed"]]
      )
    })
  )

  it.effect("queues what is to run once more instead", () =>
    Effect.gen(function* () {
      yield* processing("tasks", "run_again = true", "", "run_again = true", "", "run_again = true", "")
      const store = yield* WorkStore.make({ ...options, onComplete: "delete" })

      assert.strictEqual(yield* store.markComplete(fence(1)), "queued")
      assert.strictEqual(yield* store.markComplete(fence(2)), "completed")
      const ends = [3, 4].map((id) => ({ fence: fence(id), end: completed }))
      assert.deepStrictEqual(yield* store.markMany(ends), ["queued", "completed"])
      const mixed = [
        ...[5, 6].map((id) => ({ fence: fence(id), end: completed })),
        { fence: fence(7), end: failed("") }
      ]
      assert.deepStrictEqual(yield* store.markMany(mixed), ["queued", "completed", undefined])

      assert.deepStrictEqual(
        (yield* rowsOf("tasks")).map(({ id, state }) => [id, state]),
        [1, 3, 5].map((id) => [id, "queued"])
      )
    })
  )

  it.effect("deletes nothing that another attempt holds", () =>
    Effect.gen(function* () {
      yield* processing("plain", "attempt = 2", "attempt = 2")
      const store = yield* WorkStore.make({ name: "plain", table: plain, onComplete: "delete" })

      assert.isUndefined(yield* store.markComplete(fence(1)))
      assert.deepStrictEqual(yield* store.markMany([{ fence: fence(2), end: completed }]), [undefined])

      assert.strictEqual((yield* rowsOf("plain")).length, 2)
    })
  )
})

layer(fixture, { excludeTestServices: true })("release", (it) => {
  it.effect("puts records back to where they stood, counts nothing, and makes workers look there", () =>
    Effect.gen(function* () {
      const stood = "process_after = '2020-01-01', queued_at = '2020-01-01'"
      yield* processing("tasks", stood, `${stood}, cancel = true`, "attempt = 2", stood)
      const store = yield* WorkStore.make(options)

      const heard = yield* hearing
      assert.deepStrictEqual(yield* store.release([1, 2, 3].map((id) => fence(id))), [true, true, false])

      assert.deepStrictEqual(yield* heard, ["again tasks"])
      const rows = yield* execute(
        "select state, attempt, num_failures, num_resets, started_at, worker_hostname, extract(year from process_after)::int as after, extract(year from queued_at)::int as queued from tasks order by id"
      )
      const untouched = { num_failures: 0, num_resets: 0, after: 2020, queued: 2020 }
      assert.deepInclude(rows[0], { state: "queued", attempt: 1, started_at: null, worker_hostname: "", ...untouched })
      assert.deepInclude(rows[1], { state: "canceled", attempt: 1, ...untouched })
      assert.deepInclude(rows[2], { state: "processing", attempt: 2 })
      assert.deepInclude(rows[3], { state: "processing", attempt: 1 })
    })
  )
})
