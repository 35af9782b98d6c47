import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { Retention, Worker } from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { makeQueue, quietDatabase, until } from "./fixtures/queue.ts"

/** A queue of records that finished so many minutes ago in that state. */
const finished = Effect.fnUntraced(function* (records: ReadonlyArray<readonly [state: string, minutes: number]>) {
  const queue = yield* makeQueue()
  const ids = yield* queue.add(records.length)
  for (const [index, [state, minutes]] of records.entries()) {
    yield* execute(
      `update ${queue.name} set state = '${state}', finished_at = now() - interval '${minutes} minutes' where id = ${ids[index]}`
    )
  }
  const left = Effect.map(queue.rows, (rows) => rows.map(({ id }) => records[ids.indexOf(id)]))
  return { ...queue, left }
})

layer(quietDatabase(), { excludeTestServices: true })("Retention", (it) => {
  it.effect("deletes what is past the time of its state, and keeps the rest", () =>
    Effect.gen(function* () {
      const { left, store } = yield* finished([
        ["completed", 6],
        ["completed", 4],
        ["failed", 11],
        ["failed", 9],
        ["canceled", 999],
        ["errored", 999],
        ["processing", 999],
        ["queued", 999]
      ])
      const deleted = yield* Retention.sweep(store, { completed: "5 minutes", failed: "10 minutes" })

      assert.strictEqual(deleted, 2)
      assert.deepStrictEqual(yield* left, [
        ["completed", 4],
        ["failed", 9],
        ["canceled", 999],
        ["errored", 999],
        ["processing", 999],
        ["queued", 999]
      ])
    })
  )

  it.effect("deletes in batches until nothing is left to delete, oldest first", () =>
    Effect.gen(function* () {
      const { left, store } = yield* finished([7, 3, 5, 9, 4, 8, 6].map((minutes) => ["completed", minutes] as const))
      const batches: Array<number> = []
      const seen: Array<number> = []
      const watched = {
        ...store,
        deleteFinished: (options: Parameters<typeof store.deleteFinished>[0]) =>
          Effect.tap(store.deleteFinished(options), (count) =>
            Effect.map(left, (records) => {
              batches.push(count)
              seen.push(Math.max(...records.map((record) => record![1])))
            })
          )
      }
      const deleted = yield* Retention.sweep(watched, { completed: "270 seconds", batch: 2 })

      assert.strictEqual(deleted, 5)
      assert.deepStrictEqual(
        [batches, seen],
        [
          [2, 2, 1],
          [7, 5, 4]
        ]
      )
    })
  )

  it.effect("deletes nothing when no state has a time", () =>
    Effect.gen(function* () {
      const { left, store } = yield* finished([["completed", 999]])

      assert.strictEqual(yield* Retention.sweep(store, {}), 0)
      assert.deepStrictEqual(yield* left, [["completed", 999]])
    })
  )

  it.effect("is done by a worker that is told to, at once", () =>
    Effect.gen(function* () {
      const { left, store } = yield* finished([
        ["completed", 6],
        ["completed", 4]
      ])
      yield* Worker.make({ store, handle: () => Effect.void, retention: { completed: "5 minutes" } })

      yield* until(left, ({ length }) => length === 1)
    })
  )

  const refused: ReadonlyArray<readonly [Retention.RetentionOptions, string]> = [
    [{ completed: 0 }, "`retention.completed` must be at least one millisecond, but is 0"],
    [{ failed: "soon" as never }, '`retention.failed` must be a duration such as "5 seconds", but is soon'],
    [{ canceled: Infinity }, "`retention.canceled` must be at least one millisecond, but is Infinity"],
    [{ interval: 0 }, "`retention.interval` must be at least one millisecond, but is 0"],
    [{ batch: 0 }, "`retention.batch` must be a whole number from 1, but is 0"],
    [{ batch: 2.5 }, "`retention.batch` must be a whole number from 1, but is 2.5"]
  ]
  for (const [options, message] of refused) {
    it.effect(`refuses ${JSON.stringify(options)}, by itself and in a worker`, () =>
      Effect.gen(function* () {
        const { name, store } = yield* makeQueue()
        const alone = yield* Effect.flip(Retention.sweep(store, options))
        const inWorker = yield* Effect.flip(Worker.make({ store, handle: () => Effect.void, retention: options }))

        assert.strictEqual(alone.message, `${name}: ${message}`)
        assert.strictEqual(inWorker.message, `${name}: ${message}`)
      })
    )
  }
})
