import { assert, layer } from "@effect/vitest"
import { Duration, Effect, Fiber, Schema } from "effect"
import { JobKind, JobQueue, JobRuntime, PermanentError, RetryableError, RetryPolicy, Snooze } from "../../src/index.ts"
import { ManualClock } from "../../src/testing/index.ts"
import { fromNow, start } from "../support/moments.ts"
import { emptied, fixture, held, onlyRow, row, runtime, untilState } from "./support/queue.ts"

const Index = JobKind.make("index", {
  payload: Schema.Struct({ sha: Schema.String }),
  dedupeKey: () => "the one repository",
  retry: RetryPolicy.fixed(3, "1 minute")
})
const trigger = (sha: string, options?: JobKind.EnqueueOptions) => Index.enqueue({ sha }, options)

type Failure = PermanentError | RetryableError | Snooze

/** Holds the handler's runs open, in this order of shas, until each was told its end. */
const index = () => {
  const runs = held<{ readonly sha: string }, Failure>()
  return { ...runs, once: JobRuntime.runOnce({ handlers: [Index.handle(runs.handle)] }) }
}

/** One run that is held open: `trigger`s come during it, and then it ends. */
const duringOneRun = <A, E, R>({ next, once }: ReturnType<typeof index>, triggers: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const run = yield* Effect.forkChild(once)
    const begun = yield* next
    const answers = yield* triggers
    return { ...begun, answers, ended: Fiber.join(run) }
  })

layer(fixture(), { excludeTestServices: true })("A trigger during a run", (it) => {
  it.effect("makes one more run of two triggers, and a third run of one during the second", () =>
    Effect.gen(function* () {
      yield* emptied
      const runs = index()
      const { id } = yield* trigger("a")
      const first = yield* duringOneRun(runs, Effect.all([trigger("b"), trigger("c")]))
      assert.deepStrictEqual(first.payload, { sha: "a" })
      assert.deepStrictEqual(first.answers, [
        { id, deduped: true },
        { id, deduped: true }
      ])
      yield* first.succeed
      yield* first.ended
      assert.deepInclude(yield* onlyRow, { state: "queued", payload: { sha: "c" }, runAgain: false, finishedAt: null })

      const second = yield* duringOneRun(runs, trigger("d"))
      assert.deepStrictEqual(second.payload, { sha: "c" })
      yield* second.succeed
      yield* second.ended

      const third = yield* duringOneRun(runs, Effect.void)
      assert.deepStrictEqual(third.payload, { sha: "d" })
      yield* third.succeed
      yield* third.ended
      assert.isFalse(yield* runs.once)
      assert.deepInclude(yield* onlyRow, { state: "completed", attempt: 3, numFailures: 0 })
    })
  )

  it.effect("is followed up by a running worker at once, without another enqueue", () =>
    Effect.gen(function* () {
      yield* emptied
      const runs = held<{ readonly sha: string }>()
      const { id } = yield* trigger("a")
      yield* runtime({ handlers: [Index.handle(runs.handle)] })
      const first = yield* runs.next
      yield* trigger("b")
      yield* first.succeed
      const second = yield* runs.next
      yield* second.succeed

      assert.deepStrictEqual([first.payload.sha, second.payload.sha], ["a", "b"])
      yield* untilState(id, "completed")
    })
  )

  it.effect("runs again after a run that failed for good, with nothing held against it", () =>
    Effect.gen(function* () {
      yield* emptied
      const runs = index()
      yield* trigger("a")
      const first = yield* duringOneRun(runs, trigger("b"))
      yield* first.fail(new PermanentError({ reason: "no such commit" }))
      yield* first.ended

      assert.deepInclude(yield* onlyRow, {
        state: "queued",
        payload: { sha: "b" },
        numFailures: 0,
        numResets: 0,
        runAgain: false,
        processAfter: start
      })
      const second = yield* duringOneRun(runs, Effect.void)
      assert.deepStrictEqual(second.payload, { sha: "b" })
      yield* second.succeed
      yield* second.ended
    })
  )

  it.effect("runs again after the last attempt failed", () =>
    Effect.gen(function* () {
      yield* emptied
      const runs = index()
      yield* trigger("a")
      for (let failure = 1; failure <= 2; failure++) {
        const run = yield* duringOneRun(runs, Effect.void)
        yield* run.fail(new RetryableError({ reason: "busy" }))
        yield* run.ended
        yield* ManualClock.use(({ advance }) => advance("61 seconds"))
      }
      const last = yield* duringOneRun(runs, trigger("b"))
      yield* last.fail(new RetryableError({ reason: "busy" }))
      yield* last.ended

      assert.deepInclude(yield* onlyRow, { state: "queued", numFailures: 0, attempt: 3 })
    })
  )

  it.effect("is seen by the retry of a run that failed, which is not run twice", () =>
    Effect.gen(function* () {
      yield* emptied
      const runs = index()
      yield* trigger("a")
      const first = yield* duringOneRun(runs, trigger("b"))
      yield* first.fail(new RetryableError({ reason: "busy" }))
      yield* first.ended
      assert.deepInclude(yield* onlyRow, { state: "errored", processAfter: fromNow("1 minute"), payload: { sha: "b" } })

      yield* ManualClock.use(({ advance }) => advance("61 seconds"))
      const retry = yield* duringOneRun(runs, Effect.void)
      assert.deepStrictEqual(retry.payload, { sha: "b" })
      yield* retry.succeed
      yield* retry.ended
      assert.deepInclude(yield* onlyRow, { state: "completed", attempt: 2 })
    })
  )

  it.effect("is seen by the next look of a run that snoozed", () =>
    Effect.gen(function* () {
      yield* emptied
      const runs = index()
      yield* trigger("a")
      const first = yield* duringOneRun(runs, trigger("b"))
      yield* first.fail(new Snooze({ for: Duration.minutes(5) }))
      yield* first.ended

      assert.deepInclude(yield* onlyRow, { state: "queued", processAfter: fromNow("5 minutes"), payload: { sha: "b" } })
    })
  )

  it.effect("runs after a run that was canceled, when it came after the cancel", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      const runs = index()
      const { id } = yield* trigger("a")
      const first = yield* duringOneRun(runs, Effect.andThen(store.cancel([id]), trigger("b")))
      yield* first.fail(new RetryableError({ reason: "stopped" }))
      yield* first.ended

      assert.deepInclude(yield* onlyRow, { state: "queued", payload: { sha: "b" }, cancel: false, numFailures: 0 })
    })
  )

  it.effect("is taken back by a cancel that comes after it", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      const runs = index()
      const { id } = yield* trigger("a")
      const first = yield* duringOneRun(runs, Effect.andThen(trigger("b"), store.cancel([id])))
      yield* first.fail(new RetryableError({ reason: "stopped" }))
      yield* first.ended

      assert.deepInclude(yield* onlyRow, { state: "canceled" })
    })
  )

  it.effect("survives the death of the worker that ran the job", () =>
    Effect.gen(function* () {
      yield* emptied
      const { store } = yield* JobQueue
      const runs = index()
      const { id } = yield* trigger("a")
      yield* store.dequeueBatch(1) // and dies
      yield* trigger("b")
      yield* ManualClock.use(({ advance }) => advance("31 seconds"))
      yield* store.resetStalled
      const second = yield* duringOneRun(runs, Effect.void)

      assert.deepStrictEqual(second.payload, { sha: "b" })
      yield* second.succeed
      yield* second.ended
      assert.deepInclude(yield* row(id), { state: "completed", attempt: 2 })
    })
  )

  it.effect("survives the shutdown that gives the job back", () =>
    Effect.gen(function* () {
      yield* emptied
      const runs = index()
      yield* trigger("a")
      const run = yield* Effect.forkChild(runs.once)
      yield* runs.next
      yield* trigger("b")
      yield* Fiber.interrupt(run)

      assert.deepInclude(yield* onlyRow, { state: "queued", payload: { sha: "b" }, numFailures: 0 })
    })
  )

  it.effect("for later does not wait: the job runs again when this run ends", () =>
    Effect.gen(function* () {
      yield* emptied
      const runs = index()
      yield* trigger("a")
      const first = yield* duringOneRun(runs, trigger("b", { after: "1 hour" }))
      yield* first.succeed
      yield* first.ended

      assert.deepInclude(yield* onlyRow, { state: "queued", processAfter: start })
    })
  )
})
