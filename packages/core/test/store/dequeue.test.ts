import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Effect, Option } from "effect"
import { Condition, RetryPolicy, WorkStore } from "../../src/index.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { ago, fromNow, start } from "../support/moments.ts"
import {
  fixture,
  type NewRow,
  records,
  roles,
  row,
  take,
  type Through,
  throughTable,
  throughView,
  viewStore,
  workerutil,
  workerutilView
} from "../support/workerutil.ts"

/** Five queued records, as many minutes old as their ids say. */
const five = (change: (id: number) => Partial<NewRow> = () => ({})): Array<NewRow> =>
  [1, 2, 3, 4, 5].map((id) => ({ id, uploaded_at: ago(`${id} minutes`), ...change(id) }))

/** 1 and 4 may be dequeued; 2 has not rested, 3 has no attempt left of five. */
const errored: Array<NewRow> = [
  { id: 1, state: "errored", finished_at: ago("6 minutes"), num_failures: 3, created_at: ago("2 minutes") },
  { id: 2, state: "errored", finished_at: ago("4 minutes"), num_failures: 0, created_at: ago("2 minutes") },
  { id: 3, state: "errored", finished_at: ago("6 minutes"), num_failures: 5, created_at: ago("2 minutes") },
  { id: 4, created_at: ago("1 minute") }
]

/** The id of the next record, once it is seen to be processed. */
const next = <R extends { readonly id: number; readonly state: string }, S extends string, I>(
  store: WorkStore.WorkStore<R, number, S, I>,
  options?: WorkStore.DequeueOptions<S>
) =>
  Effect.map(
    store.dequeue(options),
    Option.match({
      onNone: () => undefined,
      onSome: ({ id, record }) => {
        assert.strictEqual(record.id, id)
        assert.strictEqual(record.state, "processing")
        return id
      }
    })
  )

const suite = <Source extends string>({ idBelow, make, name, oldestFirst }: Through<Source>) =>
  layer(fixture, { excludeTestServices: true })(`dequeue through ${name}`, (it) => {
    it.effect("takes queued records and no others", () =>
      Effect.gen(function* () {
        yield* records(five((id) => (id === 3 || id === 5 ? { state: "state2" } : {})))
        const store = yield* make()

        assert.strictEqual(yield* next(store), 4)
      })
    )

    it.effect("takes records in the store's order", () =>
      Effect.gen(function* () {
        const ages = [2, 5, 3, 1, 4]
        yield* records(ages.map((age, index) => ({ id: index + 1, uploaded_at: ago(`${age} minutes`) })))
        const store = yield* make()

        assert.strictEqual(yield* next(store), 2)
        assert.deepStrictEqual(
          (yield* store.dequeueBatch(10)).map(({ id }) => id),
          [5, 3, 1, 4]
        )
      })
    )

    it.effect("takes the first record for which the conditions hold", () =>
      Effect.gen(function* () {
        yield* records(five())
        const store = yield* make()

        assert.strictEqual(yield* next(store, { conditions: [idBelow(4)] }), 3)
      })
    )

    it.effect("asks for all of several conditions, each a whole", () =>
      Effect.gen(function* () {
        yield* records(five())
        const store = yield* make()
        const none = Condition.not(Condition.or(idBelow(1), idBelow(5)))

        assert.strictEqual(yield* next(store, { conditions: [Condition.or(idBelow(6), idBelow(1)), idBelow(3)] }), 2)
        assert.strictEqual(yield* next(store, { conditions: [none, idBelow(5)] }), undefined)
      })
    )

    it.effect("leaves a record alone until it is due", () =>
      Effect.gen(function* () {
        const later: Record<number, NewRow["process_after"]> = { 3: fromNow("2 minutes"), 5: fromNow("1 minute") }
        yield* records(five((id) => ({ process_after: later[id] ?? null })))
        const store = yield* make()

        assert.strictEqual(yield* next(store), 4)
      })
    )

    it.effect("takes a record that is due exactly now", () =>
      Effect.gen(function* () {
        yield* records([{ id: 1, process_after: fromNow("1 minute") }])
        const store = yield* make()
        const clock = yield* ManualClock

        yield* clock.advance("59999 millis")
        assert.strictEqual(yield* next(store), undefined)
        yield* clock.advance("1 milli")
        assert.strictEqual(yield* next(store), 1)
      })
    )

    it.effect("gives a held record to nobody else", () =>
      Effect.gen(function* () {
        yield* records([
          { id: 1, uploaded_at: ago("2 minutes") },
          { id: 2, uploaded_at: ago("1 minute") }
        ])
        const [first, second] = [yield* make(), yield* make()]

        assert.strictEqual(yield* next(first), 1)
        assert.strictEqual(yield* next(second), 2)
        assert.strictEqual(yield* next(first), undefined)
      })
    )

    it.effect("takes errored records that have rested and have attempts left, among the queued ones", () =>
      Effect.gen(function* () {
        yield* records(errored)
        const store = yield* make({ orderBy: oldestFirst, retry: RetryPolicy.fixed(5, "5 minutes") })

        assert.strictEqual(yield* next(store), 1)
        assert.strictEqual(yield* next(store), 4)
        assert.strictEqual(yield* next(store), undefined)
      })
    )

    it.effect("leaves errored records alone when the policy never retries", () =>
      Effect.gen(function* () {
        yield* records(errored)
        const store = yield* make({ orderBy: oldestFirst, retry: RetryPolicy.never })

        assert.strictEqual(yield* next(store), 4)
        assert.strictEqual(yield* next(store), undefined)
      })
    )

    it.effect("lets an errored record rest for more than the delay, to the millisecond", () =>
      Effect.gen(function* () {
        yield* records([{ id: 1, state: "errored", finished_at: start, num_failures: 1 }])
        const store = yield* make({ retry: RetryPolicy.fixed(3, "250 millis") })
        const clock = yield* ManualClock

        yield* clock.advance("250 millis")
        assert.strictEqual(yield* next(store), undefined)
        yield* clock.advance("1 milli")
        assert.strictEqual(yield* next(store), 1)
      })
    )

    it.effect("gives an errored record back after the rest its mark asked for", () =>
      Effect.gen(function* () {
        yield* records([{ id: 1 }])
        const store = yield* make({ retry: RetryPolicy.fixed(3, "1 hour") })
        const clock = yield* ManualClock
        yield* store.markErrored(yield* take(store), "oops", { after: "10 seconds" })

        yield* clock.advance("10 seconds")
        assert.strictEqual(yield* next(store), undefined)
        yield* clock.advance("1 milli")
        assert.strictEqual(yield* next(store), 1)
      })
    )

    it.effect("writes who has the record since when, counts the attempt, and forgets the last one's end", () =>
      Effect.gen(function* () {
        yield* records([
          {
            id: 1,
            state: "errored",
            attempt: 3,
            num_failures: 2,
            num_resets: 1,
            failure_message: "oops",
            finished_at: ago("1 hour"),
            execution_logs: [{ key: "old", command: [], startTime: "" }]
          }
        ])
        const store = yield* make()

        const claim = yield* take(store, { workerHostname: "worker1" })

        const { attempt, id, numFailures, numResets, workerHostname } = claim
        assert.deepStrictEqual(
          { attempt, id, numFailures, numResets, workerHostname },
          { attempt: 4, id: 1, numFailures: 2, numResets: 1, workerHostname: "worker1" }
        )
        assert.deepInclude(yield* row(1), {
          state: "processing",
          attempt: 4,
          started_at: start,
          last_heartbeat_at: start,
          worker_hostname: "worker1",
          finished_at: null,
          failure_message: null,
          execution_logs: null,
          num_failures: 2,
          num_resets: 1
        })
      })
    )

    it.effect("gives the record as the dequeue left it", () =>
      Effect.gen(function* () {
        yield* records([
          {
            id: 1,
            state: "errored",
            failure_message: "oops",
            finished_at: ago("1 hour"),
            execution_logs: [{ key: "old", command: [], startTime: "" }]
          }
        ])
        const store = yield* make()

        const { record } = yield* take(store, { workerHostname: "worker1" })

        assert.deepInclude(record, yield* row(1))
      })
    )

    it.effect("takes no more than the limit, and nothing for a limit of zero", () =>
      Effect.gen(function* () {
        yield* records(five())
        const store = yield* make()

        assert.deepStrictEqual(yield* store.dequeueBatch(0), [])
        assert.deepStrictEqual(
          (yield* store.dequeueBatch(2)).map(({ id }) => id),
          [5, 4]
        )
      })
    )

    it.effect("is refused inside a transaction, and takes nothing", () =>
      Effect.gen(function* () {
        yield* records(five())
        const store = yield* make()

        const refusals = yield* Effect.all([
          Effect.flip(store.transact(store.dequeue())),
          Effect.flip(store.transact(store.dequeueBatch(2))),
          Effect.flip(store.transact(Effect.scoped(store.dequeueLocked()))),
          Effect.flip(store.transact(store.dequeueIndependent()))
        ])

        for (const { _tag } of refusals) assert.strictEqual(_tag, "DequeueInTransaction")
        assert.strictEqual(yield* store.queuedCount(), 5)
      })
    )
  })

suite(throughTable)
suite(throughView)

layer(fixture, { excludeTestServices: true })("dequeue", (it) => {
  it.effect("reads the fields that only the view has", () =>
    Effect.gen(function* () {
      yield* records([1, 2, 3, 4, 5].map((id) => ({ id, created_at: ago(`${id} minutes`) })))
      const store = yield* WorkStore.make({
        name: "view",
        table: workerutil,
        view: workerutilView,
        columns: roles,
        record: { id: workerutilView.id, state: workerutilView.state, newField: workerutilView.new_field },
        orderBy: throughView.oldestFirst
      }).pipe(ManualClock.provide)

      const { record } = yield* take(store, { conditions: [Condition.lt(workerutilView.new_field, 15)] })

      assert.deepStrictEqual(record, { id: 2, state: "processing", newField: 14 })
    })
  )

  it.effect("fills the placeholders of its conditions, encoded as their columns are", () =>
    Effect.gen(function* () {
      yield* records(five())
      const store = yield* throughTable.make()
      const conditions = [
        Condition.gte(workerutil.uploaded_at, sql.placeholder("since")),
        Condition.inArray(workerutil.id, sql.placeholder("ids"))
      ]
      const since = ago("4 minutes")

      assert.strictEqual(yield* next(store, { conditions, values: { since, ids: [1, 2, 5] } }), 2)
      assert.strictEqual(yield* next(store, { conditions, values: { since, ids: [3, 1] } }), 3)
      assert.strictEqual(yield* next(store, { conditions, values: { since, ids: [] } }), undefined)
    })
  )

  it.effect("passes over a record whose view does not show it", () =>
    Effect.gen(function* () {
      yield* records(five())
      const store = yield* viewStore()

      assert.strictEqual(yield* next(store, { conditions: [Condition.gt(workerutilView.new_field, 100)] }), undefined)
    })
  )
})
