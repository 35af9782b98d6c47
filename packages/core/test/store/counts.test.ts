import { assert, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { RetryPolicy } from "../../src/index.ts"
import { ago, fromNow } from "../support/moments.ts"
import {
  fixture,
  type NewRow,
  records,
  states,
  tableStore,
  take,
  type Through,
  throughTable,
  throughView
} from "../support/workerutil.ts"

const withState = (state: string, more: Partial<NewRow> = {}): Partial<NewRow> => ({ state, ...more })
const numbered = (rows: ReadonlyArray<Partial<NewRow>>): Array<NewRow> =>
  rows.map((row, at) => ({ ...row, id: at + 1 }))
const queued = withState("queued")
const other = withState("state2")

const suite = <Source extends string>({ idBelow, make, name }: Through<Source>) =>
  layer(fixture, { excludeTestServices: true })(`questions about the queue through ${name}`, (it) => {
    it.effect("counts the queued records", () =>
      Effect.gen(function* () {
        yield* records(numbered([queued, queued, other, queued, other]))
        const store = yield* make()

        assert.strictEqual(yield* store.queuedCount(), 3)
      })
    )

    it.effect("counts those being processed when asked to", () =>
      Effect.gen(function* () {
        yield* records(numbered([queued, queued, other, queued, withState("processing")]))
        const store = yield* make()

        assert.strictEqual(yield* store.queuedCount({ processingToo: true }), 4)
        assert.strictEqual(yield* store.queuedCount(), 3)
      })
    )

    it.effect("counts errored records with attempts left", () =>
      Effect.gen(function* () {
        yield* records(
          numbered([
            queued,
            withState("errored", { num_failures: 2 }),
            other,
            withState("errored", { num_failures: 3 }),
            other,
            withState("failed", { num_failures: 1 })
          ])
        )
        const store = yield* make()

        assert.strictEqual(yield* store.queuedCount(), 2)
      })
    )

    it.effect("counts no errored records when the policy never retries", () =>
      Effect.gen(function* () {
        yield* records(numbered([queued, withState("errored")]))
        const store = yield* make({ retry: RetryPolicy.never })

        assert.strictEqual(yield* store.queuedCount(), 1)
      })
    )

    it.effect("counts records that are not due", () =>
      Effect.gen(function* () {
        yield* records(numbered([queued, withState("queued", { process_after: fromNow("1 hour") })]))
        const store = yield* make()

        assert.strictEqual(yield* store.queuedCount(), 2)
      })
    )

    it.effect("counts the records for which the conditions hold", () =>
      Effect.gen(function* () {
        yield* records(numbered([queued, queued, other, queued, withState("processing")]))
        const store = yield* make()

        assert.strictEqual(yield* store.queuedCount({ conditions: [idBelow(4)] }), 2)
        assert.strictEqual(yield* store.queuedCount({ conditions: [idBelow(6)], processingToo: true }), 4)
      })
    )

    it.effect("tells whether a record is in one of the states", () =>
      Effect.gen(function* () {
        yield* records(numbered([other, withState("errored")]))
        const store = yield* make()

        assert.isTrue(yield* store.exists(["queued", "errored"]))
        assert.isFalse(yield* store.exists(["queued", "processing"]))
        assert.isFalse(yield* store.exists(["errored"], { conditions: [idBelow(2)] }))
      })
    )

    it.effect("counts the records of each state", () =>
      Effect.gen(function* () {
        yield* records(numbered([queued, queued, other, withState("errored"), withState("completed")]))
        const store = yield* make()

        assert.deepStrictEqual(yield* store.countByState(["queued", "errored", "failed"]), { queued: 2, errored: 1 })
      })
    )

    it.effect("refuses to be asked about no state, or about one that is none", () =>
      Effect.gen(function* () {
        const store = yield* make()

        const none = "must name at least one state"
        assert.include((yield* Effect.flip(store.exists([]))).message, none)
        assert.include((yield* Effect.flip(store.countByState([]))).message, none)
        const lost = "lost" as "queued"
        assert.include((yield* Effect.flip(store.exists([lost]))).message, "must be among queued,")
        assert.include((yield* Effect.flip(store.countByState(["queued", lost]))).message, "must be among queued,")
      })
    )
  })

suite(throughTable)
suite(throughView)

layer(fixture, { excludeTestServices: true })("maxDurationInQueue", (it) => {
  const longest = Effect.gen(function* () {
    const store = yield* tableStore()
    return Duration.toMillis(yield* store.maxDurationInQueue)
  })
  const minutes = (count: number) => count * 60_000

  it.effect("is the time since the oldest queued record was queued", () =>
    Effect.gen(function* () {
      yield* records(
        numbered([
          withState("queued", { queued_at: ago("20 minutes") }),
          withState("queued", { queued_at: ago("30 minutes") }),
          withState("queued", { queued_at: ago("10 minutes") }),
          withState("state2", { queued_at: ago("40 minutes") }),
          withState("completed", { queued_at: ago("50 minutes") })
        ])
      )

      assert.strictEqual(yield* longest, minutes(30))
    })
  )

  it.effect("counts a record from the moment it was due, and not before that", () =>
    Effect.gen(function* () {
      yield* records(
        numbered([
          withState("queued", { queued_at: ago("20 minutes") }),
          withState("queued", { queued_at: ago("90 minutes"), process_after: fromNow("10 minutes") }),
          withState("queued", { queued_at: ago("70 minutes"), process_after: ago("30 minutes") })
        ])
      )

      assert.strictEqual(yield* longest, minutes(30))
    })
  )

  it.effect("counts an errored record with attempts left from the end of its rest", () =>
    Effect.gen(function* () {
      yield* records(
        numbered([
          withState("queued", { queued_at: ago("10 minutes") }),
          withState("queued", { queued_at: ago("20 minutes") }),
          withState("errored", { num_failures: 2, finished_at: ago("30 minutes"), queued_at: ago("80 minutes") }),
          withState("errored", { num_failures: 2, finished_at: ago("10 minutes") }),
          withState("errored", { num_failures: 3, finished_at: ago("50 minutes") }),
          withState("failed", { num_failures: 2, finished_at: ago("60 minutes") }),
          withState("state2", { queued_at: ago("40 minutes") })
        ])
      )

      assert.strictEqual(yield* longest, minutes(25))
    })
  )

  it.effect("is zero when nothing can be dequeued", () =>
    Effect.gen(function* () {
      yield* records(numbered([other, withState("queued", { process_after: fromNow("1 hour") })]))

      assert.strictEqual(yield* longest, 0)
    })
  )

  it.effect("starts again when a record is queued again", () =>
    Effect.gen(function* () {
      yield* records([{ id: 1, queued_at: ago("1 hour") }])
      const store = yield* tableStore()
      yield* store.requeue(yield* take(store))

      assert.strictEqual(yield* longest, 0)
      assert.deepStrictEqual(yield* states, { 1: "queued" })
    })
  )
})
