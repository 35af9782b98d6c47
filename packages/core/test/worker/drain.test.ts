import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Scope } from "effect"
import { Worker } from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { makeGate, makeQueue, quietDatabase, until } from "./fixtures/queue.ts"

const ownerships = ["lease", "transaction"] as const

layer(quietDatabase(), { excludeTestServices: true })("Stopping a worker", (it) => {
  for (const ownership of ownerships) {
    it.effect(`ends its loop only: the handler that runs ends undisturbed, by ${ownership}`, () =>
      Effect.gen(function* () {
        const queue = yield* makeQueue()
        const gate = yield* makeGate
        const [running] = yield* queue.add(3)
        const worker = yield* Worker.make({ store: queue.store, handle: gate.handle, concurrency: 1, ownership })
        yield* gate.started
        const stop = yield* Effect.forkChild(worker.stop, { startImmediately: true })
        assert.strictEqual(yield* worker.running, 1)
        yield* gate.open
        yield* Fiber.join(stop)

        assert.deepStrictEqual(gate.interrupted, [])
        assert.deepInclude(yield* queue.row(running!), { state: "completed", attempt: 1 })
        assert.deepStrictEqual(yield* queue.store.countByState(["completed", "queued"]), { completed: 1, queued: 2 })
        assert.deepStrictEqual(yield* worker.running, 0)
      })
    )

    it.effect(`interrupts what outlasts the drain and gives it back, with no failure counted, by ${ownership}`, () =>
      Effect.gen(function* () {
        const queue = yield* makeQueue()
        const gate = yield* makeGate
        const ids = yield* queue.add(2)
        const worker = yield* Worker.make({
          store: queue.store,
          handle: (claim) => Effect.andThen(Effect.orDie(queue.affect(claim)), gate.handle(claim)),
          drainTimeout: "10 millis",
          ownership
        })
        yield* gate.started
        yield* gate.started
        yield* worker.stop

        assert.sameMembers(gate.interrupted, [...ids])
        for (const id of ids) {
          assert.deepInclude(yield* queue.row(id), { state: "queued", attempt: 1, numFailures: 0, numResets: 0 })
        }
        // an open transaction takes its effects along; a lease cannot
        assert.deepStrictEqual(yield* queue.effects, ownership === "lease" ? [...ids] : [])
        const next = yield* Worker.make({ store: queue.store, handle: () => Effect.void, numTotalJobs: 2 })
        yield* next.ended
        assert.deepStrictEqual(yield* queue.states, ["completed", "completed"])
      })
    )

    it.effect(`gives back what a dequeue takes while it stops, by ${ownership}`, () =>
      Effect.gen(function* () {
        const queue = yield* makeQueue()
        yield* queue.add(3)
        const made = yield* Deferred.make<Worker.Worker>()
        const stopped = yield* Deferred.make<void>()
        // the answer arrives when the stop has been asked for
        const stopFirst = Effect.flatMap(Deferred.await(made), ({ stop }) =>
          Effect.forkDetach(Effect.andThen(stop, Deferred.succeed(stopped, undefined)), { startImmediately: true })
        )
        let handled = 0
        const worker = yield* Worker.make({
          store: {
            ...queue.store,
            dequeueBatch: (...args) => Effect.tap(queue.store.dequeueBatch(...args), () => stopFirst)
          },
          handle: () => Effect.sync(() => handled++),
          ownership
        })
        yield* Deferred.succeed(made, worker)
        yield* Deferred.await(stopped)

        assert.strictEqual(handled, 0)
        const rows = yield* queue.rows
        assert.strictEqual(rows.filter(({ attempt }) => attempt === 1).length, 3)
        for (const row of rows) assert.deepInclude(row, { state: "queued", numFailures: 0, numResets: 0 })
      })
    )
  }

  it.effect("is what closing its scope does", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const gate = yield* makeGate
      const [id] = yield* queue.add(2)
      const scope = yield* Scope.make()
      const worker = yield* Worker.make({ store: queue.store, handle: gate.handle, concurrency: 1 }).pipe(
        Scope.provide(scope)
      )
      yield* gate.started
      const close = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
      assert.strictEqual(yield* worker.running, 1)
      yield* gate.open
      yield* Fiber.join(close)
      yield* worker.ended

      assert.deepStrictEqual(gate.interrupted, [])
      assert.deepInclude(yield* queue.row(id!), { state: "completed" })
      assert.deepStrictEqual(yield* queue.store.countByState(["completed", "queued"]), { completed: 1, queued: 1 })
    })
  )

  it.effect("keeps the leases of handlers that still run", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ stalledMaxAge: "300 millis" })
      const gate = yield* makeGate
      const [id] = yield* queue.add(1)
      const scope = yield* Scope.make()
      yield* Worker.make({
        store: queue.store,
        handle: gate.handle,
        heartbeatInterval: "20 millis",
        resetInterval: false
      }).pipe(Scope.provide(scope))
      yield* gate.started
      const close = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
      yield* until(
        execute(`select 1 from ${queue.name} where started_at < now() - interval '400 milliseconds'`),
        ({ length }) => length === 1
      )
      const { reset } = yield* queue.store.resetStalled
      yield* gate.open
      yield* Fiber.join(close)

      assert.strictEqual(reset.size, 0)
      assert.deepInclude(yield* queue.row(id!), { state: "completed", attempt: 1, numResets: 0 })
    })
  )

  it.effect("may be asked for by many, and again later", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const gate = yield* makeGate
      yield* queue.add(1)
      const worker = yield* Worker.make({ store: queue.store, handle: gate.handle })
      yield* gate.started
      const stops = yield* Effect.forkChild(Effect.all([worker.stop, worker.stop], { concurrency: 2 }), {
        startImmediately: true
      })
      yield* gate.open
      yield* Fiber.join(stops)
      yield* worker.stop

      assert.deepStrictEqual(yield* queue.states, ["completed"])
    })
  )

  it.effect("is what closing the scope of its layer does", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const gate = yield* makeGate
      yield* queue.add(1)
      const scope = yield* Scope.make()
      yield* Layer.buildWithScope(Worker.layer({ store: queue.store, handle: gate.handle }), scope)
      yield* gate.started
      const close = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
      yield* gate.open
      yield* Fiber.join(close)

      assert.deepStrictEqual(yield* queue.states, ["completed"])
    })
  )

  it.effect("does not wait for a preDequeue that waits, and dequeues nothing after it", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      yield* queue.add(1)
      const asked = yield* Deferred.make<void>()
      const worker = yield* Worker.make({
        store: queue.store,
        handle: () => Effect.void,
        hooks: { preDequeue: Effect.andThen(Deferred.succeed(asked, undefined), Effect.never) }
      })
      yield* Deferred.await(asked)
      yield* worker.stop

      assert.deepInclude((yield* queue.rows)[0], { state: "queued", attempt: 0 })
    })
  )

  it.effect("does not wait for the interval", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const worker = yield* Worker.make({ store: queue.store, handle: () => Effect.void, interval: "1 hour" })
      yield* worker.stop

      assert.strictEqual(yield* worker.running, 0)
    })
  )
})
