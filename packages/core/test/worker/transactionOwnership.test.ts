import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Deferred, Effect, Option, Queue } from "effect"
import { Database, Decision, PermanentError, RetryableError, Worker } from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { makeGate, makeQueue, quietDatabase, type TaskClaim, until } from "./fixtures/queue.ts"

const ownership = "transaction"

/** The server process of the ambient transaction. */
const backend = Effect.map(
  Database.use(({ run }) => run((db) => db.execute(sql`select pg_backend_pid() as pid`))),
  ([row]) => Number(row!["pid"])
)
const kill = (pid: number) =>
  Database.use(({ control }) => control((db) => db.execute(sql`select pg_terminate_backend(${pid}::int, 10000)`)))

layer(quietDatabase(), { excludeTestServices: true })("A worker that owns by transaction", (it) => {
  it.effect("commits effects and completion together, and shows the record as processing meanwhile", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const gate = yield* makeGate
      const [id] = yield* queue.add(1)
      const worker = yield* Worker.make({
        store: queue.store,
        handle: (claim) => Effect.andThen(queue.affect(claim), gate.handle(claim)),
        ownership,
        numTotalJobs: 1
      })
      yield* gate.started
      assert.deepInclude(yield* queue.row(id!), { state: "processing", attempt: 1 })
      assert.deepStrictEqual(yield* queue.effects, [])
      yield* gate.open
      yield* worker.ended

      assert.strictEqual((yield* queue.row(id!)).state, "completed")
      assert.deepStrictEqual(yield* queue.effects, [id])
    })
  )

  const failures = {
    fails: new RetryableError({ reason: "no" }),
    dies: Effect.die(new Error("no")),
    "runs out of time": Effect.never,
    "runs a statement for too long": execute("select pg_sleep(600)"),
    "interrupts itself": Effect.interrupt
  }
  for (const [does, failure] of Object.entries(failures)) {
    it.effect(`undoes what a handler did that ${does}, and records why`, () =>
      Effect.gen(function* () {
        const queue = yield* makeQueue()
        const [id] = yield* queue.add(1)
        const worker = yield* Worker.make({
          store: queue.store,
          handle: (claim) => Effect.andThen(queue.affect(claim), failure as Effect.Effect<unknown, RetryableError>),
          maximumRuntimePerJob: "100 millis",
          ownership,
          numTotalJobs: 1
        })
        yield* worker.ended

        const row = yield* queue.row(id!)
        assert.deepInclude(row, { state: "errored", attempt: 1, numFailures: 1, numResets: 0 })
        assert.isNotEmpty(row.failureMessage)
        assert.deepStrictEqual(yield* queue.effects, [])
      })
    )
  }

  it.effect("records the failure of a handler that swallowed the error of a statement", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const [id] = yield* queue.add(1)
      const worker = yield* Worker.make({
        store: queue.store,
        handle: (claim) => Effect.andThen(queue.affect(claim), Effect.ignore(execute("select 1 / 0"))),
        ownership,
        numTotalJobs: 1
      })
      yield* worker.ended

      const row = yield* queue.row(id!)
      assert.deepInclude(row, { state: "failed", attempt: 1, numFailures: 1 })
      assert.include(row.failureMessage!, "wrap the statement in a nested Database.transaction")
      assert.deepStrictEqual(yield* queue.effects, [])
    })
  )

  it.effect("completes a record that its handler has completed already", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const [id] = yield* queue.add(1)
      const worker = yield* Worker.make({
        store: queue.store,
        handle: (claim) => claim.completeIn(queue.affect(claim)),
        ownership,
        numTotalJobs: 1
      })
      yield* worker.ended

      assert.strictEqual((yield* queue.row(id!)).state, "completed")
      assert.deepStrictEqual(yield* queue.effects, [id])
    })
  )

  it.effect("gives its connection back whatever a handler does to its own claim", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      yield* queue.add(4)
      const handle = (claim: TaskClaim) =>
        // completed, and then not a record to complete any more: LeaseLost
        Effect.andThen(claim.completeIn(Effect.void), claim.completeIn(Effect.void))
      const worker = yield* Worker.make({
        store: queue.store,
        handle,
        onError: () => Decision.fail,
        ownership,
        concurrency: 1,
        numTotalJobs: 4
      })
      yield* worker.ended

      assert.deepStrictEqual(new Set(yield* queue.states), new Set(["failed"]))
      const { transaction } = yield* Database
      yield* transaction(transaction(Effect.void))
    }).pipe(Effect.provide(quietDatabase({ connections: 1, acquireTimeout: "5 seconds" })))
  )

  it.effect("fails for good what can never pass, with its effects undone", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const [id] = yield* queue.add(1)
      const worker = yield* Worker.make({
        store: queue.store,
        handle: (claim) => Effect.andThen(queue.affect(claim), new PermanentError({ reason: "gone" })),
        ownership,
        numTotalJobs: 1
      })
      yield* worker.ended

      assert.deepInclude(yield* queue.row(id!), { state: "failed", failureMessage: "gone" })
      assert.deepStrictEqual(yield* queue.effects, [])
    })
  )

  it.effect("does the work once more when its connection dies, and the effects once", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ stalledMaxAge: "100 millis" })
      const [id] = yield* queue.add(1)
      const killed = yield* Deferred.make<void>()
      const victim = yield* Deferred.make<number>()
      const handle = (claim: TaskClaim) =>
        Effect.gen(function* () {
          yield* queue.affect(claim)
          if (claim.attempt > 1) return
          yield* Deferred.succeed(victim, yield* backend)
          yield* Deferred.await(killed)
        })
      const worker = yield* Worker.make({
        store: queue.store,
        handle,
        ownership,
        interval: "10 millis",
        resetInterval: "10 millis",
        numTotalJobs: 2
      })
      yield* kill(yield* Deferred.await(victim))
      yield* Deferred.succeed(killed, undefined)
      yield* worker.ended

      assert.deepInclude(yield* queue.row(id!), { state: "completed", attempt: 2, numResets: 1, numFailures: 0 })
      assert.deepStrictEqual(yield* queue.effects, [id])
    })
  )

  it.effect("hides its record from others for as long as it holds it, however old its heartbeat is", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ stalledMaxAge: "50 millis" })
      const gate = yield* makeGate
      const [id] = yield* queue.add(1)
      const worker = yield* Worker.make({ store: queue.store, handle: gate.handle, ownership, numTotalJobs: 1 })
      yield* gate.started
      yield* until(
        execute(`select 1 from ${queue.name} where last_heartbeat_at < now() - interval '100 milliseconds'`),
        ({ length }) => length === 1
      )
      const { canceled, failed, reset } = yield* queue.store.resetStalled
      assert.deepStrictEqual([reset.size, failed.size, canceled.size], [0, 0, 0])
      assert.isTrue(Option.isNone(yield* queue.store.dequeue()))
      yield* gate.open
      yield* worker.ended

      assert.deepInclude(yield* queue.row(id!), { state: "completed", attempt: 1, numResets: 0 })
    })
  )

  it.effect("runs several handlers at once, each in a transaction of its own", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const gate = yield* makeGate
      const ids = yield* queue.add(3)
      const backends = yield* Queue.unbounded<number>()
      const worker = yield* Worker.make({
        store: queue.store,
        handle: (claim) =>
          Effect.flatMap(backend, (pid) => Effect.andThen(Queue.offer(backends, pid), gate.handle(claim))),
        ownership,
        concurrency: 3,
        numTotalJobs: 3
      })
      yield* Effect.all([gate.started, gate.started, gate.started])
      const pids = yield* Queue.takeAll(backends)
      yield* gate.open
      yield* worker.ended

      assert.strictEqual(new Set(pids).size, 3)
      assert.strictEqual((yield* queue.rows).filter(({ state }) => state === "completed").length, ids.length)
    })
  )

  it.effect("leaves a record it cannot mark to the resetter, its effects undone", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const [id] = yield* queue.add(1)
      const worker = yield* Worker.make({
        store: { ...queue.store, markComplete: () => Effect.die("the mark is broken") },
        handle: (claim) => queue.affect(claim),
        ownership,
        numTotalJobs: 1
      })
      yield* worker.ended

      assert.strictEqual((yield* queue.row(id!)).state, "processing")
      assert.deepStrictEqual(yield* queue.effects, [])
    })
  )
})
