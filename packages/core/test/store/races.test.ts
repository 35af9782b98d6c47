import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { Condition, Database } from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { createLatch, heldOpen, isOpen } from "../support/latch.ts"
import { ago, fromNow } from "../support/moments.ts"
import {
  fixtureWith,
  records,
  states,
  tableStore,
  take,
  type Through,
  throughTable,
  throughView,
  viewStore,
  workerutil,
  workerutilView
} from "../support/workerutil.ts"

const fixture = Layer.effectDiscard(createLatch).pipe(
  Layer.provideMerge(fixtureWith({ connections: 20, controlConnections: 20 }))
)

const hundred = Array.from({ length: 100 }, (_, at) => ({ id: at + 1, uploaded_at: ago(`${100 - at} seconds`) }))
const ids = hundred.map(({ id }) => id)
const inOrder = (taken: ReadonlyArray<number>) => taken.toSorted((a, b) => a - b)

/** 1 is first. */
const two = [
  { id: 1, uploaded_at: ago("2 minutes") },
  { id: 2, uploaded_at: ago("1 minute") }
]

const suite = <Source extends string>({ make, name }: Through<Source>, latch: Condition.Condition<Source>) =>
  layer(fixture, { excludeTestServices: true })(`concurrent dequeues through ${name}`, (it) => {
    it.effect("give each of a hundred records exactly once to two hundred dequeues", () =>
      Effect.gen(function* () {
        yield* records(hundred)
        const store = yield* make()
        const attempts = Array.from({ length: 200 }, () => store.dequeue())

        const claims = yield* Effect.all(attempts, { concurrency: "unbounded" })

        const rest = yield* store.dequeueBatch(100)
        const taken = [...claims.filter(Option.isSome).map(({ value }) => value), ...rest].map(({ id }) => id)
        assert.deepStrictEqual(inOrder(taken), ids)
      })
    )

    it.effect("give each of a hundred records exactly once to dequeues of seven", () =>
      Effect.gen(function* () {
        yield* records(hundred)
        const store = yield* make()
        const attempts = Array.from({ length: 30 }, () => store.dequeueBatch(7))

        const claims = yield* Effect.all(attempts, { concurrency: "unbounded" })

        const rest = yield* store.dequeueBatch(100)
        assert.deepStrictEqual(inOrder([...claims.flat(), ...rest].map(({ id }) => id)), ids)
      })
    )

    it.effect("pass over a record that is locked, and do not wait for it", () =>
      Effect.gen(function* () {
        yield* records(two)
        const store = yield* make()
        const { begin } = yield* Database

        const taken = yield* Effect.scoped(
          Effect.gen(function* () {
            const other = yield* begin
            yield* other.use(execute("select 1 from workerutil_test where id = 1 for update"))
            return yield* store.dequeueBatch(2)
          })
        )

        assert.deepStrictEqual(
          taken.map(({ id }) => id),
          [2]
        )
        assert.strictEqual((yield* take(store)).id, 1)
      })
    )

    const changes = {
      "was put off": execute(
        `update workerutil_test set process_after = '${fromNow("1 hour").toISOString()}' where id = 1`
      ),
      "was taken": execute("update workerutil_test set state = 'processing', attempt = attempt + 1 where id = 1"),
      "was canceled": execute("update workerutil_test set state = 'canceled' where id = 1"),
      "has just failed and is to rest": execute(
        "update workerutil_test set state = 'errored', finished_at = (select at from drover_manual_clock) where id = 1"
      ),
      "has no attempt left": execute("update workerutil_test set state = 'errored', num_failures = 3 where id = 1"),
      "was deleted": execute("delete from workerutil_test where id = 1")
    }
    for (const [what, change] of Object.entries(changes)) {
      it.effect(`do not take a record that ${what} after it was chosen and before it was locked`, () =>
        Effect.gen(function* () {
          yield* records(two)
          const store = yield* make()

          const claim = yield* heldOpen(store.dequeue({ conditions: [latch] }), change)

          assert.strictEqual(Option.getOrThrow(claim).id, 2)
          assert.strictEqual((yield* states)[2], "processing")
        })
      )
    }
  })

suite(throughTable, Condition.raw(workerutil, isOpen))
suite(throughView, Condition.raw(workerutilView, isOpen))

layer(fixture, { excludeTestServices: true })("a dequeue whose candidate changes", (it) => {
  const marked = execute("update workerutil_test set num_resets = 1 where id = 1")

  it.effect("tests the conditions again on the locked record", () =>
    Effect.gen(function* () {
      yield* records(two)
      const store = yield* tableStore()
      const conditions = [Condition.eq(workerutil.num_resets, 0), Condition.raw(workerutil, isOpen)]

      const claim = yield* heldOpen(store.dequeue({ conditions }), marked)

      assert.strictEqual(Option.getOrThrow(claim).id, 2)
    })
  )

  it.effect("tests the conditions again through the view", () =>
    Effect.gen(function* () {
      yield* records(two)
      const store = yield* viewStore()
      const conditions = [Condition.eq(workerutilView.num_resets, 0), Condition.raw(workerutilView, isOpen)]

      const claims = yield* heldOpen(store.dequeueBatch(2, { conditions }), marked)

      assert.deepStrictEqual(
        claims.map(({ id }) => id),
        [2]
      )
      assert.deepStrictEqual(yield* states, { 1: "queued", 2: "processing" })
    })
  )

  it.effect("leaves a record that was written to, and may still be taken, to the next dequeue", () =>
    Effect.gen(function* () {
      yield* records(two)
      const store = yield* tableStore()

      yield* heldOpen(store.dequeueBatch(2, { conditions: [Condition.raw(workerutil, isOpen)] }), marked)

      assert.deepStrictEqual(yield* states, { 1: "queued", 2: "processing" })
      assert.strictEqual((yield* take(store)).id, 1)
    })
  )
})
