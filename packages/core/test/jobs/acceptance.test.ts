/**
 * What a job queue of a code forge was tested for, and what it should have
 * been tested for: its cases, with the right answers.
 */
import { assert, layer } from "@effect/vitest"
import { Deferred, Duration, Effect, Schema } from "effect"
import { type JobHandler, JobKind, JobQueue, JobRuntime, Retention, RetryableError } from "../../src/index.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { execute } from "../support/createTable.ts"
import { ago, fromNow, start } from "../support/moments.ts"
import { claimed, emptied, fixture, onlyRow, row, rows, runAll, runtime, untilState } from "./support/queue.ts"

const issue = Schema.Struct({ issue_pk: Schema.Int.check(Schema.isGreaterThan(0)) })
const Recompute = JobKind.make("recompute_mergeability", {
  payload: issue,
  dedupeKey: ({ issue_pk }) => `issue:${issue_pk}`
})
const PushEvent = JobKind.make("push_event", { payload: issue })
const Reindex = JobKind.make("reindex_search", { payload: Schema.Struct({}) })

const once = <Handler extends JobHandler<unknown>>(handler: Handler) => JobRuntime.runOnce({ handlers: [handler] })
const fails = (reason: string) => Recompute.handle(() => Effect.fail(new RetryableError({ reason })))
const succeeds = Recompute.handle(() => Effect.void)
const advance = (by: Duration.Input) => ManualClock.use((clock) => clock.advance(by))

layer(fixture(), { excludeTestServices: true })("The producer's side", (it) => {
  it.effect("enqueues kind, payload and key as given, and folds an equal key", () =>
    Effect.gen(function* () {
      yield* emptied
      const first = yield* PushEvent.enqueue({ issue_pk: 7 })
      const second = yield* Reindex.enqueue({}, { dedupeKey: "reindex:repo:5" })
      const third = yield* Reindex.enqueue({}, { dedupeKey: "reindex:repo:5" })

      assert.deepStrictEqual([first.deduped, second.deduped, third.deduped], [false, false, true])
      assert.strictEqual(third.id, second.id)
      const [push, reindex, ...others] = yield* rows
      assert.deepInclude(push, { id: first.id, kind: "push_event", payload: { issue_pk: 7 }, dedupeKey: null })
      assert.deepInclude(reindex, { kind: "reindex_search", payload: {}, dedupeKey: "reindex:repo:5" })
      assert.deepStrictEqual(others, [])
    })
  )

  it.effect("fills in what the caller leaves out", () =>
    Effect.gen(function* () {
      yield* emptied
      yield* Reindex.enqueue({})

      assert.deepInclude(yield* onlyRow, {
        state: "queued",
        attempt: 0,
        numFailures: 0,
        maxAttempts: 5,
        priority: 0,
        payload: {},
        payloadVersion: 1,
        dedupeKey: null,
        runAgain: false,
        queuedAt: start,
        processAfter: start
      })
    })
  )

  it.effect("frees the key when the job is completed, failed or canceled", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      const again = Recompute.enqueue({ issue_pk: 1 })
      const completed = yield* again
      yield* once(succeeds)
      const failed = yield* again
      yield* store.markFailed(yield* claimed, "gone")
      const canceled = yield* again
      yield* store.cancel([canceled.id])
      const last = yield* again

      assert.deepStrictEqual(
        (yield* rows).map(({ id, state }) => [id, state]),
        [
          [completed.id, "completed"],
          [failed.id, "failed"],
          [canceled.id, "canceled"],
          [last.id, "queued"]
        ]
      )
      assert.deepStrictEqual(
        [completed, failed, canceled, last].map(({ deduped }) => deduped),
        [false, false, false, false]
      )
    })
  )
})

layer(fixture(), { excludeTestServices: true })("One step of the loop", (it) => {
  it.effect("answers false when nothing is due", () =>
    Effect.gen(function* () {
      yield* emptied
      assert.isFalse(yield* once(succeeds))

      const { id } = yield* Recompute.enqueue({ issue_pk: 1 }, { after: "1 minute" })
      assert.isFalse(yield* once(succeeds))
      assert.deepInclude(yield* row(id), { state: "queued", attempt: 0 })
    })
  )

  it.effect("hands the payload over, completes the job, and then finds none", () =>
    Effect.gen(function* () {
      yield* emptied
      const seen: Array<unknown> = []
      const { id } = yield* Recompute.enqueue({ issue_pk: 1 })
      const handler = Recompute.handle((payload, job) =>
        Effect.sync(() => void seen.push([payload, job.id, job.attempt, job.record.state]))
      )

      assert.isTrue(yield* once(handler))
      assert.isFalse(yield* once(handler))
      assert.deepStrictEqual(seen, [[{ issue_pk: 1 }, id, 1, "processing"]])
      assert.deepInclude(yield* onlyRow, { state: "completed", attempt: 1, finishedAt: start })
    })
  )

  it.effect("fails with the claim's own error, and the loop goes on once it passes", () =>
    Effect.gen(function* () {
      yield* emptied
      const { id } = yield* Recompute.enqueue({ issue_pk: 1 })
      yield* execute("alter table jobs rename to hidden_jobs")
      const error = yield* Effect.flip(once(succeeds))
      yield* runtime({ handlers: [succeeds], interval: "10 millis", resetInterval: false })
      yield* execute("alter table hidden_jobs rename to jobs")

      assert.strictEqual(error._tag, "StatementRejected")
      yield* untilState(id, "completed")
    })
  )

  it.effect("leaves a kind alone that it has no handler for: another process may know it", () =>
    Effect.gen(function* () {
      yield* emptied
      const { id } = yield* PushEvent.enqueue({ issue_pk: 1 })

      assert.isFalse(yield* once(succeeds))
      assert.deepInclude(yield* row(id), { state: "queued", attempt: 0 })
      assert.strictEqual(yield* runAll(PushEvent.handle(() => Effect.void)), 1)
    })
  )

  it.effect("fails a kind for good that it was told to clear away", () =>
    Effect.gen(function* () {
      yield* emptied
      const { id } = yield* PushEvent.enqueue({ issue_pk: 1 })

      assert.isTrue(yield* JobRuntime.runOnce({ handlers: [succeeds], alsoClaim: ["push_event"] }))
      assert.deepInclude(yield* row(id), {
        state: "failed",
        attempt: 1,
        failureMessage: `no handler for kind "push_event"`
      })
      assert.isFalse(yield* JobRuntime.runOnce({ handlers: [], alsoClaim: ["push_event"] }))
    })
  )

  it.effect("keeps the handler's error, and lets the job rest", () =>
    Effect.gen(function* () {
      yield* emptied
      const { id } = yield* Recompute.enqueue({ issue_pk: 1 })

      assert.isTrue(yield* once(fails("index.lock exists")))
      assert.isFalse(yield* once(succeeds))
      assert.deepInclude(yield* row(id), {
        state: "errored",
        failureMessage: "index.lock exists",
        numFailures: 1,
        finishedAt: start
      })
    })
  )

  it.effect("treats a defect as an error, and keeps its cause", () =>
    Effect.gen(function* () {
      yield* emptied
      const { id } = yield* Recompute.enqueue({ issue_pk: 1 })
      yield* once(Recompute.handle(() => Effect.die(new TypeError("x is not a function"))))

      const job = yield* row(id)
      assert.deepInclude(job, { state: "errored", numFailures: 1 })
      assert.include(job.failureMessage, "defect: ")
      assert.include(job.failureMessage, "TypeError: x is not a function")
    })
  )

  it.effect("treats a handler that throws, or is no function at all, as a defect", () =>
    Effect.gen(function* () {
      yield* emptied
      const thrown = yield* Recompute.enqueue({ issue_pk: 1 })
      yield* once(
        Recompute.handle((): Effect.Effect<void> => {
          throw new Error("before any effect")
        })
      )
      const missing = yield* Recompute.enqueue({ issue_pk: 2 })
      yield* once(Recompute.handle(undefined as unknown as () => Effect.Effect<void>))

      assert.include((yield* row(thrown.id)).failureMessage, "before any effect")
      assert.include((yield* row(missing.id)).failureMessage, "is not a function")
      assert.deepStrictEqual(
        (yield* rows).map(({ state }) => state),
        ["errored", "errored"]
      )
    })
  )

  it.effect("gives up a payload that does not fit at once, and says what is wrong with it", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      const [missing, zero] = yield* store.enqueue([
        { kind: Recompute.name, payload: {} },
        { kind: Recompute.name, payload: { issue_pk: 0 } }
      ])
      assert.strictEqual(yield* runAll(succeeds), 2)

      const [first, second] = [yield* row(missing!), yield* row(zero!)]
      assert.deepInclude(first, { state: "failed", attempt: 1, numFailures: 1 })
      assert.match(first.failureMessage ?? "", /^The payload does not fit the job kind "recompute_mergeability": /)
      assert.match(first.failureMessage ?? "", /Missing key.*issue_pk/s)
      assert.deepInclude(second, { state: "failed", attempt: 1 })
      assert.match(second.failureMessage ?? "", /greater than 0.*issue_pk/s)
    })
  )

  it.effect("interrupts what takes longer than its kind allows, and tries it again", () =>
    Effect.gen(function* () {
      yield* emptied
      const interrupted = yield* Deferred.make<void>()
      const Slow = JobKind.make("slow", { payload: Schema.Struct({}), timeout: "1 milli" })
      const { id } = yield* Slow.enqueue({})
      const stuck = Slow.handle(() => Effect.onInterrupt(Effect.never, () => Deferred.succeed(interrupted, undefined)))
      assert.isTrue(yield* JobRuntime.runOnce({ handlers: [stuck] }))

      yield* Deferred.await(interrupted)
      assert.deepInclude(yield* row(id), {
        state: "errored",
        numFailures: 1,
        failureMessage: "job exceeded maximum execution time of 1ms"
      })
    })
  )
})

layer(fixture(), { excludeTestServices: true })("The way to a job's death", (it) => {
  it.effect("retries with growing rests, then dies, and frees its key", () =>
    Effect.gen(function* () {
      yield* emptied
      const { id } = yield* Recompute.enqueue({ issue_pk: 1 })
      const rests: Array<number> = []
      for (let failure = 1; failure <= 4; failure++) {
        assert.isTrue(yield* once(fails(`failure ${failure}`)))
        const { finishedAt, numFailures, processAfter, state } = yield* row(id)
        assert.deepStrictEqual([state, numFailures], ["errored", failure])
        const rest = processAfter.getTime() - finishedAt!.getTime()
        rests.push(rest)
        yield* advance(rest)
        assert.isFalse(yield* once(succeeds)) // rested exactly is not rested longer
        yield* advance("1 milli")
      }
      assert.isTrue(yield* once(fails("failure 5")))

      for (const [index, second] of [1, 2, 4, 8].entries()) {
        assert.isAtLeast(rests[index]!, 800 * second)
        assert.isAtMost(rests[index]!, 1200 * second)
      }
      assert.deepInclude(yield* row(id), { state: "failed", attempt: 5, numFailures: 5, failureMessage: "failure 5" })
      yield* advance("100 days")
      assert.isFalse(yield* once(succeeds))
      assert.isFalse((yield* Recompute.enqueue({ issue_pk: 1 })).deduped)
    })
  )

  it.effect("claims, rests and settles as the store is told", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      assert.strictEqual((yield* store.dequeueBatch(1)).length, 0)
      yield* Reindex.enqueue({})
      yield* Reindex.enqueue({})
      const first = yield* claimed
      const second = yield* claimed
      assert.deepInclude(first.record, { state: "processing", attempt: 1 })
      assert.notStrictEqual(second.id, first.id)
      assert.strictEqual((yield* store.dequeueBatch(1)).length, 0)

      yield* store.markComplete(first)
      yield* store.markErrored(second, "not yet", { after: "60 seconds" })
      assert.strictEqual((yield* store.dequeueBatch(1)).length, 0)
      yield* advance("61 seconds")
      yield* store.markFailed(yield* claimed, "never")
      assert.deepStrictEqual(
        (yield* rows).map(({ state }) => state),
        ["completed", "failed"]
      )
    })
  )

  it.effect("takes back what a dead worker held, without a mark of its late hand", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      const { id } = yield* Recompute.enqueue({ issue_pk: 1 })
      const dead = yield* claimed
      yield* advance("31 seconds")
      assert.deepStrictEqual([...(yield* store.resetStalled).reset.keys()], [id])

      assert.isTrue((yield* Recompute.enqueue({ issue_pk: 1 })).deduped) // the key is not held by the dead
      assert.strictEqual(yield* store.markFailed(dead, "too late"), undefined)
      assert.isTrue(yield* once(succeeds))
      assert.strictEqual(yield* store.markFailed(dead, "too late"), undefined)
      assert.deepInclude(yield* onlyRow, { state: "completed", attempt: 2, numResets: 1, failureMessage: null })
    })
  )

  it.effect("fails a job that killed its workers too often", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      const { id } = yield* Recompute.enqueue({ issue_pk: 1 })
      for (let reset = 0; reset <= 5; reset++) {
        yield* claimed
        yield* advance("31 seconds")
        yield* store.resetStalled
      }

      assert.deepInclude(yield* row(id), { state: "failed", attempt: 6, numResets: 5 })
    })
  )

  it.effect("deletes finished jobs after their time, and no others", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      yield* store.enqueue([
        { kind: "old", state: "completed", finishedAt: ago("31 days") },
        { kind: "young", state: "completed", finishedAt: ago("29 days") },
        { kind: "dead", state: "failed", finishedAt: ago("31 days") },
        { kind: "old but waiting", queuedAt: ago("31 days"), processAfter: fromNow("1 day") }
      ])

      assert.strictEqual(yield* Retention.sweep(store, { completed: "30 days" }), 1)
      assert.deepStrictEqual(
        (yield* rows).map(({ kind }) => kind),
        ["young", "dead", "old but waiting"]
      )
    })
  )
})

layer(fixture(), { excludeTestServices: true })("Several at a time", (it) => {
  it.effect("lets a fast job pass a slow one", () =>
    Effect.gen(function* () {
      yield* emptied
      const fastRan = yield* Deferred.make<void>()
      const slow = Recompute.handle(() => Deferred.await(fastRan))
      const fast = PushEvent.handle(() => Deferred.succeed(fastRan, undefined))
      const slowJob = yield* Recompute.enqueue({ issue_pk: 1 })
      const fastJob = yield* PushEvent.enqueue({ issue_pk: 1 })
      yield* runtime({ handlers: [slow, fast], concurrency: 2 })

      yield* untilState(fastJob.id, "completed")
      yield* untilState(slowJob.id, "completed")
    })
  )

  it.effect("gives each of many jobs to exactly one of many workers", () =>
    Effect.gen(function* () {
      yield* emptied
      const runs: Array<number> = []
      const handler = PushEvent.handle(({ issue_pk }) => Effect.sync(() => void runs.push(issue_pk)))
      const payloads = Array.from({ length: 200 }, (_, index) => ({ issue_pk: index + 1 }))
      yield* Effect.all(
        ["a", "b", "c", "d"].map((workerHostname) => runtime({ handlers: [handler], concurrency: 5, workerHostname }))
      )
      yield* PushEvent.enqueueAll(payloads)
      const { store } = yield* JobQueue
      yield* Effect.repeat(store.exists(["queued", "processing", "errored"]), { until: (busy) => !busy })

      assert.deepStrictEqual(
        runs.toSorted((a, b) => a - b),
        payloads.map(({ issue_pk }) => issue_pk)
      )
      assert.isTrue((yield* rows).every(({ attempt, state }) => attempt === 1 && state === "completed"))
    })
  )

  it.effect("lets running jobs end when it stops, and gives back those that do not", () =>
    Effect.gen(function* () {
      yield* emptied
      const begun = yield* Deferred.make<void>()
      const go = yield* Deferred.make<void>()
      const quick = yield* Recompute.enqueue({ issue_pk: 1 })
      const endless = yield* PushEvent.enqueue({ issue_pk: 1 })
      const worker = yield* runtime({
        handlers: [
          Recompute.handle(() => Deferred.await(go)),
          PushEvent.handle(() => Effect.andThen(Deferred.succeed(begun, undefined), Effect.never))
        ],
        drainTimeout: "300 millis"
      })
      yield* Deferred.await(begun)
      yield* untilState(quick.id, "processing")
      yield* Effect.forkChild(worker.stop, { startImmediately: true })
      const late = yield* PushEvent.enqueue({ issue_pk: 2 })
      yield* Deferred.succeed(go, undefined)
      yield* worker.ended

      assert.deepInclude(yield* row(quick.id), { state: "completed" })
      assert.deepInclude(yield* row(endless.id), { state: "queued", attempt: 1, numFailures: 0, processAfter: start })
      // a dequeue that was on its way may have taken it, and given it back
      assert.deepInclude(yield* row(late.id), { state: "queued", numFailures: 0, processAfter: start })
    })
  )
})
