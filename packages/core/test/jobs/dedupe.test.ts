import { assert, layer } from "@effect/vitest"
import { Effect, Fiber, Schema } from "effect"
import { Database, JobKind, JobQueue, JobRuntime } from "../../src/index.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { fromNow, start } from "../support/moments.ts"
import { producer, untilBlocked } from "./support/locks.ts"
import { claimed, emptied, fixture, onlyRow, row, rows } from "./support/queue.ts"

const Index = JobKind.make("index", {
  payload: Schema.Struct({ repository: Schema.Int, sha: Schema.String }),
  dedupeKey: ({ repository }) => String(repository)
})
const Notify = JobKind.make("notify", {
  payload: Schema.Struct({ name: Schema.String }),
  dedupeKey: ({ name }) => name
})

const trigger = (sha: string, options?: JobKind.EnqueueOptions) => Index.enqueue({ repository: 1, sha }, options)

layer(fixture(), { excludeTestServices: true })("Folding into a waiting job", (it) => {
  it.effect("keeps one job with the newest payload, the earliest time and the best priority", () =>
    Effect.gen(function* () {
      yield* emptied
      const first = yield* trigger("a", { after: "5 minutes", priority: 2 })
      const earlier = yield* trigger("b", { after: fromNow("1 minute"), priority: 7 })
      assert.deepInclude(yield* onlyRow, {
        payload: { repository: 1, sha: "b" },
        processAfter: fromNow("1 minute"),
        priority: 2
      })
      const better = yield* trigger("c", { after: "10 minutes", priority: -1 })

      assert.deepStrictEqual(
        [first, earlier, better],
        [
          { id: first.id, deduped: false },
          { id: first.id, deduped: true },
          { id: first.id, deduped: true }
        ]
      )
      assert.deepInclude(yield* onlyRow, {
        payload: { repository: 1, sha: "c" },
        processAfter: fromNow("1 minute"),
        priority: -1,
        state: "queued",
        runAgain: false
      })
    })
  )

  it.effect("leaves an errored job its rest, and its failures", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      yield* trigger("a", { priority: 1 })
      yield* store.markErrored(yield* claimed, "rate limited", { after: "1 hour" })
      const { deduped } = yield* trigger("b", { priority: 0 })

      assert.isTrue(deduped)
      assert.deepInclude(yield* onlyRow, {
        state: "errored",
        processAfter: fromNow("1 hour"),
        payload: { repository: 1, sha: "b" },
        priority: 0,
        numFailures: 1,
        failureMessage: "rate limited",
        runAgain: false
      })
    })
  )

  it.effect("keeps keys of different kinds apart, and different keys of one kind", () =>
    Effect.gen(function* () {
      yield* emptied
      const answers = [
        yield* trigger("a"),
        yield* Index.enqueue({ repository: 2, sha: "a" }),
        yield* Notify.enqueue({ name: "1" })
      ]

      assert.deepStrictEqual(
        answers.map(({ deduped }) => deduped),
        [false, false, false]
      )
      assert.strictEqual((yield* rows).length, 3)
    })
  )

  it.effect("keeps equal keys of different kinds apart in one call", () =>
    Effect.gen(function* () {
      yield* emptied
      const { enqueue } = yield* JobQueue
      const [index, notify] = yield* enqueue([
        yield* Index.encode({ repository: 1, sha: "a" }),
        yield* Notify.encode({ name: "1" })
      ])

      assert.deepStrictEqual([index!.deduped, notify!.deduped], [false, false])
      assert.deepInclude(yield* row(index!.id), { kind: "index", dedupeKey: "1" })
      assert.deepInclude(yield* row(notify!.id), { kind: "notify", dedupeKey: "1" })
    })
  )

  it.effect("takes the empty key for none", () =>
    Effect.gen(function* () {
      yield* emptied
      const answers = [
        yield* Notify.enqueue({ name: "" }),
        yield* Notify.enqueue({ name: "" }),
        yield* trigger("a", { dedupeKey: "" }),
        yield* trigger("a", { dedupeKey: "" })
      ]

      assert.isFalse(answers.some(({ deduped }) => deduped))
      assert.deepStrictEqual(
        (yield* rows).map(({ dedupeKey }) => dedupeKey),
        [null, null, null, null]
      )
    })
  )

  it.effect("takes a key of the call instead of the kind's", () =>
    Effect.gen(function* () {
      yield* emptied
      const first = yield* trigger("a", { dedupeKey: "nightly" })
      const second = yield* Index.enqueue({ repository: 2, sha: "b" }, { dedupeKey: "nightly" })

      assert.strictEqual(second.id, first.id)
      assert.deepInclude(yield* onlyRow, { dedupeKey: "nightly", payload: { repository: 2, sha: "b" } })
    })
  )

  it.effect("knows a key by its exact text, whatever is in it", () =>
    Effect.gen(function* () {
      yield* emptied
      const names = [`"`, `\\`, `{a,b}`, `NULL`, ` `, `é`, `e\u0301`, `日本`, `🚀`, `a\nb`, `'; drop table jobs; --`]
      const first = yield* Notify.enqueueAll(names.map((name) => ({ name })))
      const again = yield* Notify.enqueueAll(names.map((name) => ({ name })))

      assert.sameMembers(
        (yield* rows).map(({ dedupeKey }) => dedupeKey),
        names
      )
      assert.deepStrictEqual(
        again,
        first.map(({ id }) => ({ id, deduped: true }))
      )
    })
  )

  it.effect("folds equal keys of one call as if they had come one after the other", () =>
    Effect.gen(function* () {
      yield* emptied
      const { enqueue } = yield* JobQueue
      const encoded = [
        yield* Index.encode({ repository: 1, sha: "a" }, { after: "1 minute", priority: 5 }),
        yield* Index.encode({ repository: 2, sha: "b" }),
        yield* Index.encode({ repository: 1, sha: "c" }, { after: "1 hour", priority: 9 }),
        yield* Index.encode({ repository: 1, sha: "d" }, { after: fromNow("2 minutes"), priority: 6 })
      ]
      const [a, b, c, d] = yield* enqueue(encoded)

      assert.deepStrictEqual(
        [a, c, d].map((answer) => [answer!.id, answer!.deduped]),
        [
          [a!.id, false],
          [a!.id, true],
          [a!.id, true]
        ]
      )
      assert.isFalse(b!.deduped)
      assert.strictEqual((yield* rows).length, 2)
      assert.deepInclude(yield* row(a!.id), {
        payload: { repository: 1, sha: "d" },
        processAfter: fromNow("1 minute"),
        priority: 5
      })
    })
  )

  it.effect("answers in the order of the call, whether keyed, unkeyed, new or folded", () =>
    Effect.gen(function* () {
      yield* emptied
      const known = yield* Notify.enqueue({ name: "m" })
      const names = ["z", "", "m", "a", "", "z", "b"]
      const answers = yield* Notify.enqueueAll(names.map((name) => ({ name })))

      const named = yield* Effect.forEach(answers, ({ id }) => row(id))
      assert.deepStrictEqual(
        named.map(({ payload }) => payload),
        names.map((name) => ({ name }))
      )
      assert.deepStrictEqual(
        answers.map(({ deduped }) => deduped),
        [false, false, true, false, false, true, false]
      )
      assert.strictEqual(answers[2]!.id, known.id)
      assert.isBelow(answers[1]!.id, answers[4]!.id)
    })
  )

  it.effect("counts the jobs of its own transaction too", () =>
    Effect.gen(function* () {
      yield* emptied
      const { transaction } = yield* Database
      const [first, second] = yield* transaction(Effect.all([trigger("a"), trigger("b")]))

      assert.deepStrictEqual([first.deduped, second.deduped], [false, true])
      assert.deepInclude(yield* onlyRow, { id: second.id, payload: { repository: 1, sha: "b" } })
    })
  )

  it.effect("leaves nothing behind when the transaction of the fold is rolled back", () =>
    Effect.gen(function* () {
      yield* emptied
      const { transaction } = yield* Database
      yield* trigger("a", { after: "1 hour", priority: 3 })
      const before = yield* onlyRow
      yield* Effect.flip(transaction(Effect.andThen(trigger("b", { priority: 0 }), Effect.fail("no"))))
      assert.deepStrictEqual(yield* onlyRow, before)

      yield* ManualClock.use(({ advance }) => advance("2 hours"))
      const claim = yield* claimed
      const running = yield* onlyRow
      yield* Effect.flip(transaction(Effect.andThen(trigger("b"), Effect.fail("no"))))
      assert.deepStrictEqual(yield* onlyRow, running)
      const { store } = yield* JobQueue
      assert.strictEqual(yield* store.markComplete(claim), "completed")
    })
  )
})

layer(fixture(), { excludeTestServices: true })("Folding while a transaction is open", (it) => {
  it.effect("does not let a waiting job start between a trigger and its commit", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      yield* trigger("a")
      const other = yield* Notify.enqueue({ name: "other" })
      const open = yield* producer(trigger("b"))

      assert.deepStrictEqual(
        (yield* store.dequeueBatch(10)).map(({ id }) => id),
        [other.id]
      )
      yield* open.commit
      assert.deepStrictEqual((yield* claimed).record.payload, { repository: 1, sha: "b" })
    })
  )

  it.effect("makes the end of a running job wait for the producer, and then run again", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      const { id } = yield* trigger("a")
      const running = yield* claimed
      const open = yield* producer(trigger("b"))
      const ending = yield* Effect.forkChild(store.markComplete(running), { startImmediately: true })
      yield* untilBlocked(1)
      assert.deepInclude(yield* row(id), { state: "processing" })
      yield* open.commit

      assert.strictEqual(yield* Fiber.join(ending), "queued")
      assert.deepInclude(yield* onlyRow, { state: "queued", payload: { repository: 1, sha: "b" }, runAgain: false })
    })
  )

  it.effect("completes the running job after all when the producer rolls back", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      yield* trigger("a")
      const running = yield* claimed
      const open = yield* producer(trigger("b"))
      const ending = yield* Effect.forkChild(store.markComplete(running), { startImmediately: true })
      yield* untilBlocked(1)
      yield* open.rollback

      assert.strictEqual(yield* Fiber.join(ending), "completed")
    })
  )

  it.effect("delays nobody's heartbeat, neither its own job's nor another's", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      yield* trigger("a")
      const folded = yield* claimed
      yield* Notify.enqueue({ name: "other" })
      const other = yield* claimed
      const open = yield* producer(trigger("b"))
      const ending = yield* Effect.forkChild(store.markComplete(folded), { startImmediately: true })
      yield* untilBlocked(1)
      yield* ManualClock.use(({ advance }) => advance("20 seconds"))

      const { held } = yield* store.heartbeat([folded, other])
      assert.sameMembers([...held], [folded.id, other.id])
      assert.deepInclude(yield* row(other.id), { lastHeartbeatAt: fromNow("20 seconds") })
      assert.deepInclude(yield* row(folded.id), { lastHeartbeatAt: start }) // skipped, and not taken for stalled:
      yield* ManualClock.use(({ advance }) => advance("20 seconds"))
      assert.strictEqual((yield* store.resetStalled).reset.size, 0)
      yield* open.commit
      yield* Fiber.join(ending)
    })
  )

  it.effect("delays no heartbeat and no dequeue, however many marks wait for producers", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      yield* Notify.enqueue({ name: "other" })
      const other = yield* claimed
      const waiting = yield* Effect.forEach(
        ["a", "b", "c", "d"],
        Effect.fnUntraced(function* (name) {
          yield* Notify.enqueue({ name }, { dedupeKey: name })
          const claim = yield* claimed
          const open = yield* producer(Notify.enqueue({ name }, { dedupeKey: name }))
          return { open, ending: yield* Effect.forkChild(store.markComplete(claim), { startImmediately: true }) }
        })
      )
      yield* untilBlocked(2) // all that may wait at a time
      yield* Notify.enqueue({ name: "next" })

      const { held } = yield* store.heartbeat([other])
      const next = yield* claimed

      assert.deepStrictEqual([...held], [other.id])
      assert.deepInclude(next.record.payload, { name: "next" })
      yield* Effect.forEach(waiting, ({ open }) => open.commit)
      yield* Effect.forEach(waiting, ({ ending }) => Fiber.join(ending))
    })
  )

  it.effect("makes a second producer of the key wait for the first, and fold into what it left", () =>
    Effect.gen(function* () {
      yield* emptied
      const open = yield* producer(trigger("a"))
      const second = yield* Effect.forkChild(trigger("b"), { startImmediately: true })
      yield* untilBlocked(1)
      yield* open.commit

      assert.deepStrictEqual(yield* Fiber.join(second), { id: open.answer.id, deduped: true })
      assert.deepInclude(yield* onlyRow, { payload: { repository: 1, sha: "b" } })
    })
  )

  it.effect("makes a second producer the first when the first rolls back", () =>
    Effect.gen(function* () {
      yield* emptied
      const open = yield* producer(trigger("a"))
      const second = yield* Effect.forkChild(trigger("b"), { startImmediately: true })
      yield* untilBlocked(1)
      yield* open.rollback

      assert.isFalse((yield* Fiber.join(second)).deduped)
      assert.deepInclude(yield* onlyRow, { payload: { repository: 1, sha: "b" } })
    })
  )

  it.effect("enqueues a new job when the one it was to fold into ended first", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      const { id } = yield* trigger("a")
      const running = yield* claimed
      const ended = yield* producer(store.markComplete(running))
      const second = yield* Effect.forkChild(trigger("b"), { startImmediately: true })
      yield* untilBlocked(1)
      yield* ended.commit

      const answer = yield* Fiber.join(second)
      assert.isFalse(answer.deduped)
      assert.notStrictEqual(answer.id, id)
      assert.deepStrictEqual(
        (yield* rows).map(({ state }) => state),
        ["completed", "queued"]
      )
    })
  )
})

layer(fixture({}, { connections: 64 }), { excludeTestServices: true })("Folding under load", (it) => {
  it.effect("makes one job of 64 concurrent enqueues of one key", () =>
    Effect.gen(function* () {
      yield* emptied
      for (let round = 0; round < 5; round++) {
        const answers = yield* Effect.all(
          Array.from({ length: 64 }, (_, index) => Index.enqueue({ repository: round, sha: String(index) })),
          { concurrency: "unbounded" }
        )

        assert.strictEqual(new Set(answers.map(({ id }) => id)).size, 1)
        assert.strictEqual(answers.filter(({ deduped }) => !deduped).length, 1)
      }
      assert.strictEqual((yield* rows).length, 5)
    })
  )

  it.effect("never deadlocks bulk enqueues that name the same keys in different orders", () =>
    Effect.gen(function* () {
      yield* emptied
      const names = Array.from({ length: 40 }, (_, index) => `key ${index}`)
      const shuffled = (seed: number) =>
        names
          .map((name, index) => ({ name, place: (index * 7919 * (seed + 1) + seed * 104_729) % 9973 }))
          .toSorted((a, b) => a.place - b.place)
      for (let round = 0; round < 3; round++) {
        const answers = yield* Effect.all(
          Array.from({ length: 64 }, (_, seed) => Notify.enqueueAll(shuffled(seed))),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(answers.flat().filter(({ deduped }) => !deduped).length, round === 0 ? 40 : 0)
      }

      assert.sameMembers(
        (yield* rows).map(({ dedupeKey }) => dedupeKey),
        names
      )
    })
  )

  it.effect("runs for every trigger that came before, whatever workers are at it meanwhile", () =>
    Effect.gen(function* () {
      yield* emptied
      let latest = -1
      const handler = Index.handle(({ sha }) =>
        Effect.sync(() => {
          latest = Math.max(latest, Number(sha))
        })
      )
      const drained = Effect.repeat(JobRuntime.runOnce({ handlers: [handler] }), { until: () => latest === 199 })
      const producers = Effect.forEach(
        Array.from({ length: 200 }, (_, index) => index),
        (index) => trigger(String(index))
      )
      yield* Effect.all([producers, drained, drained, drained], { concurrency: "unbounded" })
      while (yield* JobRuntime.runOnce({ handlers: [handler] }));

      assert.strictEqual(latest, 199)
      assert.isTrue((yield* rows).every(({ state }) => state === "completed"))
    })
  )
})
