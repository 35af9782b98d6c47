import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { ManualClock } from "../../src/testing/index.ts"
import { fixture, records, row, tableStore, take } from "../support/workerutil.ts"

const entry = { key: "step", command: ["git", "fetch"], startTime: "2026-01-01T00:00:00Z" }

layer(fixture, { excludeTestServices: true })("a worker that lost its lease", (it) => {
  it.effect("changes nothing, whatever it writes", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }])
      const store = yield* tableStore()
      const clock = yield* ManualClock
      const zombie = yield* take(store, { workerHostname: "worker1" })
      yield* clock.advance("6 seconds")
      yield* store.resetStalled
      const owner = yield* take(store, { workerHostname: "worker1" })
      yield* store.addExecutionLogEntry(owner, entry)
      yield* clock.advance("1 second")
      const before = yield* row(1)

      const answers = {
        complete: yield* store.markComplete(zombie),
        errored: yield* store.markErrored(zombie, "late"),
        failed: yield* store.markFailed(zombie, "late"),
        requeued: yield* store.requeue(zombie),
        heartbeat: yield* store.heartbeat([zombie]),
        added: (yield* Effect.flip(zombie.addLogEntry(entry)))._tag,
        updated: (yield* Effect.flip(zombie.updateLogEntry(1, entry)))._tag
      }

      assert.deepStrictEqual(answers, {
        complete: undefined,
        errored: undefined,
        failed: undefined,
        requeued: false,
        heartbeat: { held: [], canceled: [] },
        added: "ExecutionLogEntryNotUpdated",
        updated: "ExecutionLogEntryNotUpdated"
      })
      assert.deepStrictEqual(yield* row(1), before)
      assert.strictEqual(yield* store.markComplete(owner), "completed")
    })
  )

  it.effect("changes nothing before somebody else has the record, either", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }])
      const store = yield* tableStore()
      const clock = yield* ManualClock
      const zombie = yield* take(store)
      yield* clock.advance("6 seconds")
      yield* store.resetStalled
      const before = yield* row(1)

      assert.strictEqual(yield* store.markComplete(zombie), undefined)
      assert.isFalse(yield* store.requeue(zombie))
      assert.deepStrictEqual(yield* store.heartbeat([zombie]), { held: [], canceled: [] })
      assert.deepStrictEqual(yield* row(1), before)
    })
  )

  it.effect("is known by its hostname too, where it gives one", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1 }])
      const store = yield* tableStore()
      const { attempt, id } = yield* take(store, { workerHostname: "worker1" })
      const stranger = { id, attempt, workerHostname: "worker2" }
      const before = yield* row(1)

      const answers = [
        yield* store.markComplete(stranger),
        yield* store.markErrored(stranger, "no"),
        yield* store.markFailed(stranger, "no"),
        yield* store.requeue(stranger),
        (yield* store.heartbeat([stranger])).held.length,
        (yield* Effect.flip(store.addExecutionLogEntry(stranger, entry)))._tag
      ]

      assert.deepStrictEqual(answers, [undefined, undefined, undefined, false, 0, "ExecutionLogEntryNotUpdated"])
      assert.deepStrictEqual(yield* row(1), before)
      assert.strictEqual(yield* store.markComplete({ id, attempt }), "completed")
    })
  )
})
