import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Queue } from "effect"
import { Decision, type Fence, LeaseLost, PermanentError, Worker } from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { makeGate, makeQueue, quietDatabase, type TaskClaim, until } from "./fixtures/queue.ts"

/** A store whose heartbeats can be watched. */
const watched = Effect.fnUntraced(function* (store: Effect.Success<ReturnType<typeof makeQueue>>["store"]) {
  const beats = yield* Queue.unbounded<ReadonlyArray<number>>()
  const failures = yield* Queue.unbounded<void>()
  return {
    beats,
    failures,
    store: {
      ...store,
      heartbeat: (fences: ReadonlyArray<Fence<number>>) =>
        store.heartbeat(fences).pipe(
          Effect.tap(() =>
            Queue.offer(
              beats,
              fences.map(({ id }) => id)
            )
          ),
          Effect.tapError(() => Queue.offer(failures, undefined))
        )
    }
  }
})

layer(quietDatabase(), { excludeTestServices: true })("Heartbeats", (it) => {
  it.effect("keep the record of a handler that blocks", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const gate = yield* makeGate
      const { beats, store } = yield* watched(queue.store)
      const [id] = yield* queue.add(1)
      const worker = yield* Worker.make({ store, handle: gate.handle, heartbeatInterval: "5 millis", numTotalJobs: 1 })
      yield* gate.started
      const { lastHeartbeatAt: first } = yield* queue.row(id!)
      yield* until(Queue.take(beats), (ids) => ids.includes(id!)).pipe(Effect.repeat({ times: 4 }))
      const { lastHeartbeatAt: later } = yield* queue.row(id!)
      yield* gate.open
      yield* worker.ended

      assert.isAbove(later!.getTime(), first!.getTime())
      assert.deepInclude(yield* queue.row(id!), { state: "completed", attempt: 1 })
    })
  )

  it.effect("that fail cancel nothing", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const gate = yield* makeGate
      const { failures, store } = yield* watched(queue.store)
      const [id] = yield* queue.add(1)
      const worker = yield* Worker.make({ store, handle: gate.handle, heartbeatInterval: "5 millis", numTotalJobs: 1 })
      yield* gate.started
      yield* execute(`alter table ${queue.name} rename to ${queue.name}_away`)
      yield* Queue.takeN(failures, 3)
      yield* execute(`alter table ${queue.name}_away rename to ${queue.name}`)
      yield* gate.open
      yield* worker.ended

      assert.deepStrictEqual(gate.interrupted, [])
      assert.deepInclude(yield* queue.row(id!), { state: "completed", attempt: 1 })
    })
  )

  it.effect("interrupt the handler of a record that was canceled, and its finalizers run", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const gate = yield* makeGate
      const [id] = yield* queue.add(1)
      const worker = yield* Worker.make({
        store: queue.store,
        handle: gate.handle,
        heartbeatInterval: "5 millis",
        numTotalJobs: 1
      })
      yield* gate.started
      assert.deepStrictEqual(yield* queue.store.cancel([id!]), { canceled: [], requested: [id!] })
      yield* worker.ended

      assert.deepStrictEqual(gate.interrupted, [id])
      assert.deepInclude(yield* queue.row(id!), {
        state: "canceled",
        numFailures: 0,
        failureMessage: "canceled on request"
      })
    })
  )

  it.effect("come at once when somebody asks a record to stop, whatever their interval", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ stalledMaxAge: "3 hours" })
      const gate = yield* makeGate
      const [id] = yield* queue.add(1)
      const worker = yield* Worker.make({
        store: queue.store,
        handle: gate.handle,
        heartbeatInterval: "1 hour",
        numTotalJobs: 1
      })
      yield* gate.started
      yield* queue.store.cancel([id!])
      yield* worker.ended

      assert.strictEqual((yield* queue.row(id!)).state, "canceled")
    })
  )

  it.effect("leave a canceled record that succeeds all the same completed", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const [id] = yield* queue.add(1)
      const worker = yield* Worker.make({
        store: queue.store,
        handle: () => Effect.ignore(queue.store.cancel([id!])),
        heartbeatInterval: "10 seconds",
        wakeUp: "poll", // a subscription would bring one forward
        numTotalJobs: 1
      })
      yield* worker.ended

      assert.strictEqual((yield* queue.row(id!)).state, "completed")
    })
  )

  it.effect("end a record that is canceled while preHandle runs, without its handler ever starting", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const { beats, store } = yield* watched(queue.store)
      const [canceled] = yield* queue.add(2)
      const handled: Array<number> = []
      const ended: Array<number> = []
      const worker = yield* Worker.make({
        store,
        handle: ({ id }) => Effect.sync(() => handled.push(id)),
        hooks: {
          preHandle: ({ id }) =>
            id === canceled
              ? Effect.orDie(
                  Effect.andThen(
                    queue.store.cancel([id]),
                    Effect.andThen(Queue.clear(beats), Queue.takeN(beats, 2)) // the second began after the cancel
                  )
                )
              : Effect.void,
          postHandle: ({ id }) => Effect.sync(() => void ended.push(id))
        },
        concurrency: 1,
        heartbeatInterval: "5 millis",
        numTotalJobs: 2
      })
      yield* worker.ended

      assert.deepStrictEqual(yield* queue.states, ["canceled", "completed"])
      assert.notInclude(handled, canceled)
      assert.include(ended, canceled)
      assert.strictEqual(yield* worker.running, 0)
    })
  )

  it.effect("interrupt a handler whose lease is lost, and write nothing for it", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const gate = yield* makeGate
      const [id] = yield* queue.add(1)
      const worker = yield* Worker.make({
        store: queue.store,
        handle: gate.handle,
        heartbeatInterval: "5 millis",
        numTotalJobs: 1
      })
      yield* gate.started
      yield* queue.force("attempt = attempt + 1, worker_hostname = 'another'")
      const others = yield* queue.row(id!)
      yield* worker.ended

      assert.deepStrictEqual(gate.interrupted, [id])
      assert.deepStrictEqual(yield* queue.row(id!), others)
    })
  )

  const endings = {
    succeeds: Effect.void,
    fails: new PermanentError({ reason: "no" }),
    dies: Effect.die("boom")
  }
  for (const [ends, ending] of Object.entries(endings)) {
    it.effect(`need not have told of the loss: a late handler that ${ends} writes nothing`, () =>
      Effect.gen(function* () {
        const queue = yield* makeQueue()
        const gate = yield* makeGate
        const [id] = yield* queue.add(1)
        const worker = yield* Worker.make({
          store: queue.store,
          handle: (claim): Effect.Effect<void, PermanentError> => Effect.andThen(gate.handle(claim), ending),
          heartbeatInterval: "20 seconds",
          wakeUp: "poll", // a subscription would bring one forward
          numTotalJobs: 1
        })
        yield* gate.started
        yield* queue.force("attempt = attempt + 1, worker_hostname = 'another'")
        const others = yield* queue.row(id!)
        yield* gate.open
        yield* worker.ended

        assert.deepStrictEqual(yield* queue.row(id!), others)
      })
    )
  }

  it.effect("stop the older of two attempts at a record that came back to the same worker", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const started = yield* Queue.unbounded<number>()
      const open = yield* Deferred.make<void>()
      const interrupted: Array<number> = []
      const [id] = yield* queue.add(1)
      const worker = yield* Worker.make({
        store: queue.store,
        handle: ({ attempt }) =>
          Effect.andThen(Queue.offer(started, attempt), Deferred.await(open)).pipe(
            Effect.onInterrupt(() => Effect.sync(() => interrupted.push(attempt)))
          ),
        heartbeatInterval: "5 millis",
        interval: "5 millis",
        numTotalJobs: 2
      })
      assert.strictEqual(yield* Queue.take(started), 1)
      yield* queue.force("state = 'queued'")
      assert.strictEqual(yield* Queue.take(started), 2)
      yield* until(worker.running, (running) => running === 1)
      yield* Deferred.succeed(open, undefined)
      yield* worker.ended

      assert.deepStrictEqual(interrupted, [1])
      assert.deepInclude(yield* queue.row(id!), { state: "completed", attempt: 2 })
    })
  )

  it.effect("let a handler go on that has completed its record in a transaction of its own", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const gate = yield* makeGate
      const { beats, store } = yield* watched(queue.store)
      const [id] = yield* queue.add(1)
      const handle = (claim: TaskClaim) => Effect.andThen(claim.completeIn(queue.affect(claim)), gate.handle(claim))
      const worker = yield* Worker.make({ store, handle, heartbeatInterval: "5 millis", numTotalJobs: 1 })
      yield* gate.started
      yield* Queue.clear(beats)
      yield* Queue.takeN(beats, 3)
      yield* gate.open
      yield* worker.ended

      assert.deepStrictEqual(gate.interrupted, [])
      assert.deepStrictEqual([(yield* queue.row(id!)).state, yield* queue.effects], ["completed", [id]])
    })
  )

  it.effect("leave a record completed whose handler fails, or is stopped, after it completed it", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const ids = yield* queue.add(3)
      const after = [new PermanentError({ reason: "too late" }), Effect.die("boom"), Effect.never]
      const worker = yield* Worker.make({
        store: queue.store,
        handle: (claim) =>
          Effect.andThen(claim.completeIn(queue.affect(claim)), after[ids.indexOf(claim.id)] as Effect.Effect<never>),
        onError: () => Decision.fail,
        maximumRuntimePerJob: "200 millis",
        numTotalJobs: 3
      })
      yield* worker.ended

      assert.deepStrictEqual(yield* queue.states, ["completed", "completed", "completed"])
      assert.deepStrictEqual(yield* queue.effects, [...ids])
    })
  )

  it.effect("are not needed to keep the effects of a lost attempt out of a transaction", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const gate = yield* makeGate
      const [id] = yield* queue.add(1)
      const errors: Array<unknown> = []
      const handle = (claim: TaskClaim) =>
        Effect.andThen(gate.handle(claim), claim.completeIn(queue.affect(claim))).pipe(
          Effect.tapError((error) => Effect.sync(() => errors.push(error)))
        )
      const worker = yield* Worker.make({
        store: queue.store,
        handle,
        onError: () => Decision.fail,
        heartbeatInterval: "20 seconds",
        wakeUp: "poll", // a subscription would bring one forward
        numTotalJobs: 1
      })
      yield* gate.started
      yield* queue.force("attempt = attempt + 1")
      yield* gate.open
      yield* worker.ended

      assert.instanceOf(errors[0], LeaseLost)
      assert.deepInclude(yield* queue.row(id!), { state: "processing", attempt: 2, numFailures: 0 })
      assert.deepStrictEqual(yield* queue.effects, [])
    })
  )

  it.effect("go on after the loop has ended, until the last handler has", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue({ stalledMaxAge: "200 millis" })
      const gate = yield* makeGate
      const [id] = yield* queue.add(1)
      const worker = yield* Worker.make({
        store: queue.store,
        handle: gate.handle,
        heartbeatInterval: "20 millis",
        resetInterval: false,
        numTotalJobs: 1
      })
      yield* gate.started
      yield* until(
        execute(`select 1 from ${queue.name} where started_at < now() - interval '300 milliseconds'`),
        ({ length }) => length === 1
      )
      const { reset } = yield* queue.store.resetStalled
      yield* gate.open
      yield* worker.ended

      assert.strictEqual(reset.size, 0)
      assert.deepInclude(yield* queue.row(id!), { state: "completed", attempt: 1, numResets: 0 })
    })
  )
})
