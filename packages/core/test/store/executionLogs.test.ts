import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import type { ExecutionLogEntry } from "../../src/index.ts"
import { fixture, records, row, tableStore, take } from "../support/workerutil.ts"

const entry = (out: string, number = 0): ExecutionLogEntry => ({
  key: `step.${number}`,
  command: ["sh", "-c", out],
  startTime: "2026-01-01T00:00:00Z",
  exitCode: number,
  out,
  durationMs: 1.5
})

const claimed = Effect.gen(function* () {
  yield* records([{ id: 1 }])
  const store = yield* tableStore()
  return { claim: yield* take(store), store }
})
const logs = Effect.map(row(1), ({ execution_logs }) => execution_logs)

layer(fixture, { excludeTestServices: true })("execution logs", (it) => {
  it.effect("keep their entries in order, numbered from 1", () =>
    Effect.gen(function* () {
      const { claim } = yield* claimed
      const entries = [1, 2, 3, 4, 5].map((number) => entry("output", number))

      const numbers = yield* Effect.forEach(entries, (each) => claim.addLogEntry(each))

      assert.deepStrictEqual(numbers, [1, 2, 3, 4, 5])
      assert.deepStrictEqual(yield* logs, entries)
    })
  )

  it.effect("replace an entry in its place", () =>
    Effect.gen(function* () {
      const { claim } = yield* claimed
      const numbers = [1, 2, 3, 4, 5]
      yield* Effect.forEach(numbers, (number) => claim.addLogEntry(entry("old", number)))

      yield* Effect.forEach([2, 5, 1, 3, 4], (number) => claim.updateLogEntry(number, entry("new", number)))

      assert.deepStrictEqual(
        yield* logs,
        numbers.map((number) => entry("new", number))
      )
    })
  )

  it.effect("refuse an entry number that is not there", () =>
    Effect.gen(function* () {
      const { claim } = yield* claimed
      const refused = (number: number) => Effect.flip(claim.updateLogEntry(number, entry("new")))

      for (const number of [0, 1]) assert.strictEqual((yield* refused(number))._tag, "ExecutionLogEntryNotUpdated")
      yield* claim.addLogEntry(entry("old"))
      for (const number of [-1, 0, 2]) assert.include((yield* refused(number)).message, `has no log entry ${number}`)
      assert.deepStrictEqual(yield* logs, [entry("old")])
    })
  )

  it.effect("refuse a record that is not there or not being processed", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1, attempt: 1 }])
      const store = yield* tableStore()

      for (const id of [1, 2]) {
        const error = yield* Effect.flip(store.addExecutionLogEntry({ id, attempt: 1 }, entry("new")))
        assert.strictEqual(error._tag, "ExecutionLogEntryNotUpdated")
      }
    })
  )

  it.effect("keep every character that Postgres can", () =>
    Effect.gen(function* () {
      const { claim } = yield* claimed
      const entries = [
        `"quoted" 'single' \\ \\\\ \\" {braces} {"json":[1]} , NULL null`,
        "äöü 漢字 \u{1F41A} \u2028 \t\r\n \u0001 \u007F",
        "\\u0000 \\\\u0000 is text about a NUL, and none",
        ""
      ].map((out) => entry(out))

      yield* Effect.forEach(entries, (each) => claim.addLogEntry(each))
      yield* claim.updateLogEntry(1, entries[0]!)

      assert.deepStrictEqual(yield* logs, entries)
    })
  )

  it.effect("keep a sign in place of what Postgres cannot", () =>
    Effect.gen(function* () {
      const { claim } = yield* claimed

      yield* claim.addLogEntry(entry("a\u0000b \\\u0000 \uDE00 c"))

      assert.deepStrictEqual(yield* logs, [entry("a\uFFFDb \\\uFFFD \uFFFD c")])
    })
  )

  it.effect("are those of the last attempt alone", () =>
    Effect.gen(function* () {
      const { claim, store } = yield* claimed
      yield* claim.addLogEntry(entry("first attempt"))
      yield* store.requeue(claim)
      assert.deepStrictEqual(yield* logs, [entry("first attempt")])

      const { record } = yield* take(store)

      assert.strictEqual(record.execution_logs, null)
      assert.strictEqual(yield* logs, null)
    })
  )
})
