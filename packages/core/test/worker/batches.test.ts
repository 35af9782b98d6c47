import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { pgView } from "drizzle-orm/pg-core"
import { Deferred, Effect, Fiber, Queue } from "effect"
import {
  Condition,
  Database,
  Decision,
  PermanentError,
  RetryableError,
  Snooze,
  Worker,
  WorkStore
} from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { makeQueue, quietDatabase, type TaskClaim, until } from "./fixtures/queue.ts"

const inBatches = { ownership: "transaction", batchSize: 10, concurrency: 1, resetInterval: false } as const

layer(quietDatabase(), { excludeTestServices: true })("A worker of batches", (it) => {
  it.effect("handles its records in order, and commits effects and ends of all of them together", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const ids = yield* queue.add(3)
      const last = yield* Deferred.make<void>()
      const open = yield* Deferred.make<void>()
      const handled: Array<number> = []
      const worker = yield* Worker.make({
        ...inBatches,
        store: queue.store,
        handle: (claim) =>
          Effect.gen(function* () {
            handled.push(claim.id)
            yield* queue.affect(claim)
            if (claim.id !== ids[2]) return
            yield* Deferred.succeed(last, undefined)
            yield* Deferred.await(open)
          }),
        onError: () => Decision.fail,
        numTotalJobs: 3
      })
      yield* Deferred.await(last)
      assert.deepStrictEqual([yield* queue.effects, yield* queue.states], [[], ["queued", "queued", "queued"]])
      yield* Deferred.succeed(open, undefined)
      yield* worker.ended

      assert.deepStrictEqual(handled, [...ids])
      assert.deepStrictEqual(yield* queue.effects, [...ids])
      for (const row of yield* queue.rows) {
        assert.deepInclude(row, { state: "completed", attempt: 1, numFailures: 0, failureMessage: null })
        assert.isAtLeast(row.finishedAt!.getTime(), row.startedAt!.getTime())
        assert.notStrictEqual(row.workerHostname, "")
      }
    })
  )

  it.effect("shows a handler its record as a dequeue would have left it", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      yield* queue.add(1)
      yield* queue.force("state = 'errored', num_failures = 1, attempt = 4, failure_message = 'earlier'")
      const claims: Array<TaskClaim> = []
      const worker = yield* Worker.make({
        ...inBatches,
        store: queue.store,
        handle: (claim) => Effect.sync(() => void claims.push(claim)),
        workerHostname: "me",
        numTotalJobs: 1
      })
      yield* worker.ended

      const [claim] = claims
      assert.deepInclude(claim!, { attempt: 5, numFailures: 1, workerHostname: "me" })
      assert.deepInclude(claim!.record, {
        state: "processing",
        attempt: 5,
        failureMessage: null,
        workerHostname: "me",
        finishedAt: null
      })
      assert.isNotNull(claim!.record.startedAt)
      assert.deepInclude((yield* queue.rows)[0], { state: "completed", attempt: 5, numFailures: 1 })
    })
  )

  it.effect("gives each record its own end, and undoes what its handler wrote if that failed", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const ends: ReadonlyArray<Effect.Effect<void, PermanentError | RetryableError | Snooze>> = [
        Effect.void,
        new RetryableError({ reason: "later", retryAfter: "1 hour" }),
        new PermanentError({ reason: "never" }),
        new Snooze({ for: "1 hour" }),
        Effect.die("boom"),
        Effect.interrupt,
        Effect.void
      ]
      const [first] = yield* queue.add(ends.length)
      const worker = yield* Worker.make({
        ...inBatches,
        store: queue.store,
        handle: (claim) => Effect.andThen(queue.affect(claim), ends[claim.id - first!]!),
        onError: () => Decision.fail,
        numTotalJobs: ends.length
      })
      yield* worker.ended

      assert.deepStrictEqual(yield* queue.states, [
        "completed",
        "errored",
        "failed",
        "queued",
        "errored",
        "errored",
        "completed"
      ])
      assert.deepStrictEqual(yield* queue.effects, [first, first! + 6])
      const rows = yield* queue.rows
      assert.deepStrictEqual(
        rows.map(({ numFailures }) => numFailures),
        [0, 1, 1, 0, 1, 1, 0]
      )
      assert.deepStrictEqual(
        rows.map(({ attempt }) => attempt),
        [1, 1, 1, 1, 1, 1, 1]
      )
      assert.deepInclude(rows[2], { failureMessage: "never" })
      for (const { processAfter, queuedAt } of [rows[1]!, rows[3]!]) {
        assert.isAbove(processAfter.getTime() - queuedAt.getTime(), 3_500_000)
      }
    })
  )

  it.effect("goes on after a handler whose statement was rejected, swallowed or not", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const [, fails, fine] = yield* queue.add(3)
      const worker = yield* Worker.make({
        ...inBatches,
        store: queue.store,
        handle: (claim) =>
          Effect.andThen(
            queue.affect(claim),
            claim.id === fine
              ? Effect.void
              : claim.id === fails
                ? execute("select 1 / 0")
                : Effect.ignore(execute("select 1 / 0"))
          ),
        onError: () => Decision.fail,
        numTotalJobs: 3
      })
      yield* worker.ended

      assert.deepStrictEqual(yield* queue.states, ["failed", "failed", "completed"])
      assert.deepStrictEqual(yield* queue.effects, [fine])
    })
  )

  it.effect("interrupts only the handler whose time is up", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const [slow] = yield* queue.add(2)
      const worker = yield* Worker.make({
        ...inBatches,
        store: queue.store,
        handle: (claim) =>
          Effect.orDie(Effect.andThen(queue.affect(claim), claim.id === slow ? Effect.never : Effect.void)),
        maximumRuntimePerJob: "50 millis",
        numTotalJobs: 2
      })
      yield* worker.ended

      assert.deepStrictEqual(yield* queue.states, ["errored", "completed"])
      assert.include((yield* queue.row(slow!)).failureMessage!, "maximum execution time of 50ms")
      assert.deepStrictEqual(yield* queue.effects, [slow! + 1])
    })
  )

  it.effect("completes a record whose handler completes it in a transaction of its own, once", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const ids = yield* queue.add(2)
      const worker = yield* Worker.make({
        ...inBatches,
        store: queue.store,
        handle: (claim) => claim.completeIn(queue.affect(claim)),
        numTotalJobs: 2
      })
      yield* worker.ended

      assert.deepStrictEqual(yield* queue.states, ["completed", "completed"])
      assert.deepStrictEqual(yield* queue.effects, [...ids])
    })
  )

  it.effect("keeps the log of an attempt, in place of an earlier attempt's", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const [logging] = yield* queue.add(2)
      yield* queue.force('execution_logs = array[\'{"key": "old"}\']::json[]')
      const entry = (key: string) => ({ key, command: [], startTime: "2026-01-01T00:00:00Z" })
      const worker = yield* Worker.make({
        ...inBatches,
        store: queue.store,
        handle: (claim) =>
          claim.id === logging
            ? Effect.gen(function* () {
                assert.strictEqual(yield* claim.addLogEntry(entry("one")), 1)
                assert.strictEqual(yield* claim.addLogEntry(entry("two")), 2)
                yield* claim.updateLogEntry(2, entry("second"))
                const missing = yield* Effect.flip(claim.updateLogEntry(3, entry("third")))
                assert.strictEqual(missing._tag, "ExecutionLogEntryNotUpdated")
              })
            : Effect.void,
        onError: () => Decision.fail,
        numTotalJobs: 2
      })
      yield* worker.ended

      const rows = yield* queue.rows
      assert.deepStrictEqual(
        rows.map(({ executionLogs }) => executionLogs?.map(({ key }) => key)),
        [["one", "second"], undefined]
      )
    })
  )

  it.effect("rolls back what outlasts the drain: its records are as they were", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      yield* queue.add(3)
      const started = yield* Deferred.make<void>()
      const before = yield* queue.rows
      const worker = yield* Worker.make({
        ...inBatches,
        store: queue.store,
        handle: (claim) =>
          Effect.orDie(
            Effect.andThen(queue.affect(claim), Effect.andThen(Deferred.succeed(started, undefined), Effect.never))
          ),
        drainTimeout: "10 millis"
      })
      yield* Deferred.await(started)
      yield* worker.stop

      assert.deepStrictEqual(yield* queue.rows, before)
      assert.deepStrictEqual(yield* queue.effects, [])
      assert.strictEqual(yield* worker.running, 0)
    })
  )

  it.effect("lets a running batch end when it is asked to stop, and takes no other", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      yield* queue.add(4)
      const started = yield* Queue.unbounded<number>()
      const open = yield* Deferred.make<void>()
      const worker = yield* Worker.make({
        ...inBatches,
        batchSize: 2,
        store: queue.store,
        handle: ({ id }) => Effect.andThen(Queue.offer(started, id), Deferred.await(open))
      })
      yield* Queue.take(started)
      const stop = yield* Effect.forkChild(worker.stop, { startImmediately: true })
      yield* Deferred.succeed(open, undefined)
      yield* Fiber.join(stop)

      assert.deepStrictEqual(yield* queue.states, ["completed", "completed", "queued", "queued"])
    })
  )

  it.effect("does not lock what another has, and does the work of one that dies", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const ids = yield* queue.add(4)
      const { begin } = yield* Database
      const dying = yield* begin
      yield* dying.use(queue.store.lockBatch(2))
      const handled = yield* Queue.unbounded<number>()
      yield* Worker.make({
        ...inBatches,
        store: queue.store,
        handle: ({ id }) => Queue.offer(handled, id),
        interval: "20 millis"
      })

      assert.deepStrictEqual([yield* Queue.take(handled), yield* Queue.take(handled)], [ids[2], ids[3]])
      yield* dying.rollback
      assert.deepStrictEqual([yield* Queue.take(handled), yield* Queue.take(handled)], [ids[0], ids[1]])
      yield* until(queue.states, (states) => states.every((state) => state === "completed"))
    })
  )

  it.effect("goes on with a batch after one that was rolled back", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const ids = yield* queue.add(2)
      let kill = true
      const handle = (claim: TaskClaim) =>
        Effect.gen(function* () {
          yield* queue.affect(claim)
          if (!kill) return
          kill = false
          const [row] = yield* execute("select pg_backend_pid() as pid")
          yield* Database.use(({ control }) =>
            Effect.ignore(control((db) => db.execute(sql`select pg_terminate_backend(${row!["pid"]}::int)`)))
          )
        })
      const worker = yield* Worker.make({
        ...inBatches,
        store: queue.store,
        handle: (claim) => Effect.orDie(handle(claim)),
        interval: "10 millis",
        numTotalJobs: 2
      })
      yield* worker.ended

      assert.deepStrictEqual(yield* queue.states, ["completed", "completed"])
      assert.deepStrictEqual(yield* queue.effects, [...ids])
      for (const row of yield* queue.rows) assert.strictEqual(row.numFailures, 0)
    })
  )

  it.effect("asks its budget before each batch, and pairs the hooks", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      yield* queue.add(3)
      const calls: Array<string> = []
      const say = (what: string) => Effect.sync(() => void calls.push(what))
      const worker = yield* Worker.make({
        ...inBatches,
        store: queue.store,
        handle: () => say("handle"),
        hooks: {
          preDequeue: Effect.as(say("ask"), { go: true, limit: 2 }),
          preHandle: () => say("before"),
          postHandle: () => say("after")
        },
        numTotalJobs: 3
      })
      yield* worker.ended

      assert.deepStrictEqual(calls, [
        "ask",
        "before",
        "handle",
        "before",
        "handle",
        "after",
        "after",
        "ask",
        "before",
        "handle",
        "after"
      ])
    })
  )

  it.effect("reads its records through a view, and tests the conditions on it", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const [first, second] = yield* queue.add(2)
      yield* execute(`create view ${queue.name}_view as select *, id * 2 as twice from ${queue.name}`)
      const view = pgView(`${queue.name}_view`).as((db) =>
        db
          .select({
            id: queue.tasks.id,
            state: queue.tasks.state,
            processAfter: queue.tasks.processAfter,
            finishedAt: queue.tasks.finishedAt,
            numFailures: queue.tasks.numFailures,
            twice: sql<number>`id * 2`.mapWith(Number).as("twice")
          })
          .from(queue.tasks)
      )
      const store = yield* WorkStore.make({ name: queue.name, table: queue.tasks, view })
      const { transaction } = yield* Database
      const seen = yield* transaction(
        Effect.gen(function* () {
          const batch = yield* store.lockBatch(5, {
            conditions: [Condition.raw(view, sql`${view.twice} > ${first! * 2}`)]
          })
          yield* batch.finish(batch.claims.map(() => ({ end: { _tag: "Completed" }, undone: false })))
          return batch.claims.map(({ attempt, id, record }) => ({
            attempt,
            id,
            twice: record.twice,
            state: record.state
          }))
        })
      )

      assert.deepStrictEqual(seen, [{ attempt: 1, id: second, twice: second! * 2, state: "processing" }])
      assert.deepStrictEqual(yield* queue.states, ["queued", "completed"])
    })
  )
})
