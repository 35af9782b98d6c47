import { assert, layer } from "@effect/vitest"
import { sql } from "drizzle-orm"
import { Deferred, Effect, Option, Queue } from "effect"
import { Condition, Decision, Worker } from "../../src/index.ts"
import { makeGate, makeQueue, quietDatabase, type TaskClaim, until } from "./fixtures/queue.ts"

layer(quietDatabase(), { excludeTestServices: true })("A worker's loop", (it) => {
  for (const concurrency of [1, 2, 7, 25, 49]) {
    for (const ownership of ["lease", "transaction"] as const) {
      if (ownership === "transaction" && concurrency > 7) continue // more than the pool has connections
      it.effect(`runs ${concurrency} of 50 handlers at once, and never more, by ${ownership}`, () =>
        Effect.gen(function* () {
          const queue = yield* makeQueue()
          const ids = yield* queue.add(50)
          const full = yield* Deferred.make<void>()
          const handled: Array<number> = []
          let running = 0
          let most = 0
          const handle = ({ id }: TaskClaim) =>
            Effect.gen(function* () {
              most = Math.max(most, ++running)
              if (running === concurrency) yield* Deferred.succeed(full, undefined)
              yield* Deferred.await(full) // nobody ends before as many run as may
              yield* queue.store.exists(["queued"])
              handled.push(id)
              running--
            })
          const worker = yield* Worker.make({
            store: queue.store,
            handle,
            onError: () => Decision.fail,
            concurrency,
            ownership,
            numTotalJobs: 50
          })
          yield* worker.ended

          assert.strictEqual(most, concurrency)
          assert.sameMembers(handled, [...ids])
          assert.deepStrictEqual(new Set(yield* queue.states), new Set(["completed"]))
        })
      )
    }
  }

  it.effect("handles records in the order of the store, one by one", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const ids = yield* queue.add(10)
      const handled: Array<number> = []
      const worker = yield* Worker.make({
        store: queue.store,
        handle: ({ id }) => Effect.sync(() => handled.push(id)),
        concurrency: 1,
        numTotalJobs: 10
      })
      yield* worker.ended

      assert.deepStrictEqual(handled, [...ids])
    })
  )

  it.effect("fills a slot that becomes free, without waiting for the interval", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      yield* queue.add(3)
      const worker = yield* Worker.make({
        store: queue.store,
        handle: () => Effect.void,
        concurrency: 1,
        interval: "1 hour",
        wakeUp: "poll",
        numTotalJobs: 3
      })
      yield* worker.ended

      assert.deepStrictEqual(yield* queue.states, ["completed", "completed", "completed"])
    })
  )

  it.effect("ends by itself after exactly as many records as it was told", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      yield* queue.add(8)
      const worker = yield* Worker.make({ store: queue.store, handle: () => Effect.void, numTotalJobs: 5 })
      yield* worker.ended

      assert.deepStrictEqual(yield* queue.store.countByState(["completed", "queued"]), { completed: 5, queued: 3 })
      assert.strictEqual((yield* queue.rows).filter(({ attempt }) => attempt > 0).length, 5)
    })
  )

  it.effect("dequeues nothing after its active time, and ends when its handlers have", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const gate = yield* makeGate
      const [running] = yield* queue.add(1)
      const asked = yield* Queue.unbounded<void>()
      const worker = yield* Worker.make({
        store: queue.store,
        handle: gate.handle,
        hooks: { preDequeue: Effect.as(Queue.offer(asked, undefined), { go: true }) },
        maxActiveTime: "100 millis",
        interval: "1 millis",
        wakeUp: "poll"
      })
      yield* gate.started
      // the loop asks before every dequeue; once it no longer does, its time is over
      yield* until(Effect.timeoutOption(Queue.take(asked), "100 millis"), Option.isNone)
      const [late] = yield* queue.add(1)
      assert.strictEqual(yield* worker.running, 1)
      yield* gate.open
      yield* worker.ended

      assert.strictEqual((yield* queue.row(running!)).state, "completed")
      assert.deepInclude(yield* queue.row(late!), { state: "queued", attempt: 0 })
      assert.deepStrictEqual(gate.interrupted, [])
    })
  )
})

layer(quietDatabase(), { excludeTestServices: true })("A worker's hooks", (it) => {
  it.effect("dequeues nothing while preDequeue says no, and asks again", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      yield* queue.add(1)
      const asked = yield* Queue.unbounded<void>()
      let dequeues = 0
      let go = false
      const store = {
        ...queue.store,
        dequeueBatch: (...args: Parameters<typeof queue.store.dequeueBatch>) => {
          dequeues++
          return queue.store.dequeueBatch(...args)
        }
      }
      const worker = yield* Worker.make({
        store,
        handle: () => Effect.void,
        hooks: { preDequeue: Effect.map(Queue.offer(asked, undefined), () => ({ go })) },
        interval: "1 millis",
        numTotalJobs: 1
      })
      yield* Queue.takeN(asked, 5)
      assert.strictEqual(dequeues, 0)
      assert.deepStrictEqual(yield* queue.states, ["queued"])

      go = true
      yield* worker.ended
      assert.strictEqual(dequeues, 1)
    })
  )

  it.effect("goes on after a preDequeue that fails, or dies", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      yield* queue.add(1)
      const answers = [Effect.fail("no"), Effect.die("broken"), Effect.succeed({ go: true })]
      let asked = 0
      const worker = yield* Worker.make({
        store: queue.store,
        handle: () => Effect.void,
        hooks: { preDequeue: Effect.suspend(() => answers[asked++]!) },
        interval: "1 millis",
        numTotalJobs: 1
      })
      yield* worker.ended

      assert.deepStrictEqual([asked, yield* queue.states], [3, ["completed"]])
    })
  )

  it.effect("dequeues by the conditions of preDequeue, in their order", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      yield* queue.store.enqueue([{ size: 1 }, { size: 2 }, { size: 3 }])
      const conditions = [3, 1, 2].map((size) => [Condition.eq(queue.tasks.size, size)])
      let asked = 0
      const handled: Array<number> = []
      const worker = yield* Worker.make({
        store: queue.store,
        handle: ({ record }) => Effect.sync(() => handled.push(record.size)),
        hooks: { preDequeue: Effect.sync(() => ({ go: true, conditions: conditions[asked++]! })) },
        numTotalJobs: 3
      })
      yield* worker.ended

      assert.deepStrictEqual(handled, [3, 1, 2])
    })
  )

  it.effect("dequeues one at a time under a preDequeue without a limit, and as many as its limit with one", () =>
    Effect.gen(function* () {
      const taken = (limit: number | undefined) =>
        Effect.gen(function* () {
          const queue = yield* makeQueue()
          yield* queue.add(6)
          const limits: Array<number> = []
          const store = {
            ...queue.store,
            dequeueBatch: (most: number, options?: object) => {
              limits.push(most)
              return queue.store.dequeueBatch(most, options)
            }
          }
          const worker = yield* Worker.make({
            store,
            handle: () => Effect.void,
            hooks: { preDequeue: Effect.succeed({ go: true, limit }) },
            concurrency: 100,
            numTotalJobs: 6
          })
          yield* worker.ended
          return limits
        })

      assert.deepStrictEqual(yield* taken(undefined), [1, 1, 1, 1, 1, 1])
      assert.deepStrictEqual(yield* taken(4), [4, 2])
    })
  )

  it.effect("dequeues nothing for a limit of zero, whatever the ownership", () =>
    Effect.gen(function* () {
      for (const ownership of ["lease", "transaction"] as const) {
        const queue = yield* makeQueue()
        yield* queue.add(1)
        const asked = yield* Queue.unbounded<void>()
        const limits = [0, 0, 0, 1]
        const worker = yield* Worker.make({
          store: queue.store,
          handle: () => Effect.void,
          hooks: {
            preDequeue: Effect.map(Queue.offer(asked, undefined), () => ({ go: true, limit: limits.shift() }))
          },
          interval: "1 millis",
          ownership,
          numTotalJobs: 1
        })
        yield* worker.ended

        assert.strictEqual(yield* Queue.size(asked), 4)
      }
    })
  )

  it.effect("calls preDequeue, preHandle, handle, mark and postHandle in this order", () =>
    Effect.gen(function* () {
      for (const ownership of ["lease", "transaction"] as const) {
        const queue = yield* makeQueue()
        yield* queue.add(1)
        const calls: Array<string> = []
        const say = (what: string) => Effect.sync(() => void calls.push(what))
        const state = Effect.map(queue.states, ([only]) => only)
        const worker = yield* Worker.make({
          store: {
            ...queue.store,
            markComplete: (fence) => Effect.andThen(say("mark"), queue.store.markComplete(fence)),
            markMany: (ended) => Effect.andThen(say("mark"), queue.store.markMany(ended))
          },
          handle: () => say("handle"),
          hooks: {
            preDequeue: Effect.as(say("preDequeue"), { go: true }),
            preHandle: () => say("preHandle"),
            postHandle: () => Effect.flatMap(Effect.orDie(state), (now) => say(`postHandle, ${now}`))
          },
          ownership,
          numTotalJobs: 1
        })
        yield* worker.ended

        assert.deepStrictEqual(calls, ["preDequeue", "preHandle", "handle", "mark", "postHandle, completed"])
      }
    })
  )

  const endings = {
    success: () => Effect.void,
    failure: () => Effect.fail("no"),
    defect: () => Effect.die("boom"),
    throw: () => {
      throw new Error("boom")
    },
    "interruption by itself": () => Effect.interrupt,
    deadline: () => Effect.never
  }
  for (const [ending, handle] of Object.entries(endings)) {
    it.effect(`pairs preHandle with postHandle on ${ending}`, () =>
      Effect.gen(function* () {
        const queue = yield* makeQueue()
        const [id] = yield* queue.add(1)
        const calls: Array<string> = []
        const worker = yield* Worker.make({
          store: queue.store,
          handle: (): Effect.Effect<void, string> => handle(),
          onError: () => Decision.retry,
          hooks: {
            preHandle: (claim) => Effect.sync(() => void calls.push(`pre ${claim.id}`)),
            postHandle: (claim) => Effect.sync(() => void calls.push(`post ${claim.id}`))
          },
          maximumRuntimePerJob: "50 millis",
          numTotalJobs: 1
        })
        yield* worker.ended

        assert.deepStrictEqual(calls, [`pre ${id}`, `post ${id}`])
      })
    )
  }

  it.effect("handles its records all the same when preHandle and postHandle throw", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      yield* queue.add(4)
      const broken = (): never => {
        throw new Error("broken")
      }
      const worker = yield* Worker.make({
        store: queue.store,
        handle: () => Effect.void,
        hooks: { preHandle: broken, postHandle: ({ id }) => (id % 2 === 0 ? Effect.die("broken") : broken()) },
        concurrency: 1,
        numTotalJobs: 4
      })
      yield* worker.ended

      assert.deepStrictEqual(new Set(yield* queue.states), new Set(["completed"]))
      assert.strictEqual(yield* worker.running, 0)
    })
  )

  it.effect("keeps to a budget: what preHandle reserves, the next preDequeue knows", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue()
      const sizes = [6, 3, 5, 4, 1, 10, 2, 7, 3, 3, 8, 1, 9, 2, 5]
      yield* queue.store.enqueue(sizes.map((size) => ({ size })))
      const budget = 10
      let used = 0
      let most = 0
      const fits = [Condition.raw(queue.tasks, sql`${queue.tasks.size} <= ${sql.placeholder("free")}::int`)]
      const worker = yield* Worker.make({
        store: queue.store,
        handle: () => Effect.ignore(queue.store.exists(["queued"])),
        hooks: {
          preDequeue: Effect.sync(() => ({ go: used < budget, conditions: fits, values: { free: budget - used } })),
          preHandle: ({ record }) =>
            Effect.sync(() => {
              used += record.size
              most = Math.max(most, used)
            }),
          postHandle: ({ record }) => Effect.sync(() => void (used -= record.size))
        },
        concurrency: 20,
        numTotalJobs: sizes.length
      })
      yield* worker.ended

      assert.strictEqual(used, 0)
      assert.strictEqual(most, budget)
      assert.deepStrictEqual(new Set(yield* queue.states), new Set(["completed"]))
    })
  )
})
