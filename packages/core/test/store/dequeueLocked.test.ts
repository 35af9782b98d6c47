import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Option, Scope } from "effect"
import { pgView } from "drizzle-orm/pg-core"
import { Database, type LockedClaim, WorkStore } from "../../src/index.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { execute } from "../support/createTable.ts"
import { ago } from "../support/moments.ts"
import {
  fixture,
  fixtureWith,
  records,
  roles,
  type Row,
  row,
  states,
  type Through,
  throughTable,
  throughView,
  workerutil
} from "../support/workerutil.ts"

const two = [
  { id: 1, uploaded_at: ago("2 minutes") },
  { id: 2, uploaded_at: ago("1 minute") }
]

const suite = <Source extends string>({ make, name }: Through<Source>) =>
  layer(fixture, { excludeTestServices: true })(`dequeueLocked through ${name}`, (it) => {
    it.effect("shows the record as processing to all, before and while the transaction is open", () =>
      Effect.gen(function* () {
        yield* records(two)
        const store = yield* make()

        yield* Effect.scoped(
          Effect.gen(function* () {
            const { claim } = Option.getOrThrow(yield* store.dequeueLocked({ workerHostname: "worker1" }))
            assert.strictEqual(claim.record.state, "processing")
            assert.deepInclude(yield* row(1), { state: "processing", attempt: 1, worker_hostname: "worker1" })
          })
        )
      })
    )

    it.effect("keeps the record from other dequeues and from the resetter for as long as it is open", () =>
      Effect.gen(function* () {
        yield* records(two)
        const store = yield* make()
        const clock = yield* ManualClock

        yield* Effect.scoped(
          Effect.gen(function* () {
            yield* store.dequeueLocked()
            yield* clock.advance("1 hour")

            assert.strictEqual((yield* store.resetStalled).reset.size, 0)
            assert.strictEqual(Option.getOrThrow(yield* store.dequeueLocked()).claim.id, 2)
            assert.isTrue(Option.isNone(yield* store.dequeue()))
          })
        )
      })
    )

    it.effect("commits what was written in it together with the mark", () =>
      Effect.gen(function* () {
        yield* records(two)
        const store = yield* make()

        yield* Effect.scoped(
          Effect.gen(function* () {
            const { claim, commit, use } = Option.getOrThrow(yield* store.dequeueLocked())
            yield* use(execute("update workerutil_test set num_resets = 4 where id = 2"))
            assert.strictEqual(yield* use(store.markComplete(claim)), "completed")
            assert.deepStrictEqual(yield* states, { 1: "processing", 2: "queued" })
            yield* commit
          })
        )

        assert.deepStrictEqual(yield* states, { 1: "completed", 2: "queued" })
        assert.strictEqual((yield* row(2)).num_resets, 4)
      })
    )

    it.effect("leaves the record processing when it is rolled back, for the resetter to find once it is stale", () =>
      Effect.gen(function* () {
        yield* records(two)
        const store = yield* make()
        const clock = yield* ManualClock

        const scope = yield* Scope.make()
        const { claim, use } = Option.getOrThrow(yield* Scope.provide(store.dequeueLocked(), scope))
        yield* use(store.markComplete(claim))
        yield* Scope.close(scope, Exit.void)

        assert.deepStrictEqual(yield* states, { 1: "processing", 2: "queued" })
        yield* clock.advance("5 seconds")
        assert.strictEqual((yield* store.resetStalled).reset.size, 0)
        yield* clock.advance("1 second")
        assert.deepStrictEqual([...(yield* store.resetStalled).reset.keys()], [1])
      })
    )

    it.effect("answers with nothing, and holds nothing, when there is nothing", () =>
      Effect.gen(function* () {
        yield* records([])
        const store = yield* make()

        assert.isTrue(Option.isNone(yield* Effect.scoped(store.dequeueLocked())))
        assert.isTrue(Option.isNone(yield* store.dequeueIndependent()))
      })
    )

    it.effect("can outlive the fiber and the scope that dequeued", () =>
      Effect.gen(function* () {
        yield* records(two)
        const store = yield* make()
        const got = yield* Deferred.make<LockedClaim<Row>>()
        const fiber = yield* Effect.forkChild(
          Effect.scoped(
            Effect.gen(function* () {
              yield* Deferred.succeed(got, Option.getOrThrow(yield* store.dequeueIndependent()))
              yield* Effect.never
            })
          )
        )
        const { claim, commit, use } = yield* Deferred.await(got)

        yield* Fiber.interrupt(fiber)

        yield* use(store.markComplete(claim))
        yield* commit
        assert.deepStrictEqual(yield* states, { 1: "completed", 2: "queued" })
      })
    )
  })

suite(throughTable)
suite(throughView)

/** Does `body` while every update that takes a record is followed by `after`. */
const withTrigger = <A, E, R>(after: string, body: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.all([
      execute(
        `create or replace function interfere() returns trigger language plpgsql as 'begin ${after}; return null; end'`
      ),
      execute(
        "create trigger interfere after update on workerutil_test for each row when (new.state = 'processing') execute function interfere()"
      )
    ]),
    () => body,
    () => execute("drop trigger interfere on workerutil_test").pipe(Effect.orDie)
  )

layer(fixture, { excludeTestServices: true })("dequeueLocked", (it) => {
  it.effect("chooses again when it lost the record before it could lock it", () =>
    Effect.gen(function* () {
      yield* records(two)
      const store = yield* throughTable.make()
      const loseFirst =
        "update workerutil_test set attempt = attempt + 1, state = ''errored'' where id = new.id and id = 1"

      const id = yield* withTrigger(
        loseFirst,
        Effect.scoped(Effect.map(store.dequeueLocked(), (held) => Option.getOrThrow(held).claim.id))
      )

      assert.strictEqual(id, 2)
    })
  )

  it.effect("says so when it loses every record, and leaves no transaction open", () =>
    Effect.gen(function* () {
      yield* records(two)
      const store = yield* throughTable.make()
      const { inTransaction } = yield* Database

      const error = yield* withTrigger(
        "update workerutil_test set state = ''queued'' where id = new.id",
        Effect.flip(Effect.scoped(store.dequeueLocked()))
      )

      assert.strictEqual(error._tag, "DequeueRace")
      assert.isFalse(yield* inTransaction)
      assert.strictEqual((yield* openTransactions).length, 0)
    })
  )

  it.effect("names the record that the view does not show", () =>
    Effect.gen(function* () {
      yield* records(two)
      yield* execute("create or replace view waiting as select * from workerutil_test where state <> 'processing'")
      const waiting = pgView("waiting").as((query) => query.select().from(workerutil))
      const store = yield* WorkStore.make({ name: "waiting", table: workerutil, view: waiting, columns: roles }).pipe(
        ManualClock.provide
      )

      const error = yield* Effect.flip(store.dequeueIndependent())

      assert.strictEqual(error._tag, "RecordNotFound")
      assert.include(error.message, "record 1 was not found")
      assert.deepStrictEqual(yield* states, { 1: "processing", 2: "queued" })
      assert.strictEqual((yield* openTransactions).length, 0)
    })
  )
})

layer(fixtureWith({ connections: 1, acquireTimeout: "1 second" }), { excludeTestServices: true })(
  "dequeueLocked without a free connection",
  (it) => {
    it.effect("gives the record that it has marked back", () =>
      Effect.gen(function* () {
        yield* records(two)
        const store = yield* throughTable.make()
        const { begin } = yield* Database

        const error = yield* Effect.scoped(Effect.andThen(begin, Effect.flip(store.dequeueIndependent())))

        assert.include(error.message, "no connection became free")
        assert.deepInclude(yield* row(1), { state: "queued", num_failures: 0 })
      })
    )
  }
)

const openTransactions = execute(
  "select pid from pg_stat_activity where state like 'idle in transaction%' and datname = current_database()"
)
