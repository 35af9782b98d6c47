import { assert, layer } from "@effect/vitest"
import { Effect, Exit, Layer, Queue, Scope } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { Resetter } from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { makeQueue, quietDatabase } from "./fixtures/queue.ts"

/** A store whose sweeps are counted, and fail while `broken`. */
const watched = Effect.fnUntraced(function* (options: Parameters<typeof makeQueue>[0] = {}) {
  const queue = yield* makeQueue(options)
  const sweeps = yield* Queue.unbounded<void>()
  const trouble = { now: false }
  const resetStalled = Effect.suspend(() => (trouble.now ? Effect.die("broken") : queue.store.resetStalled)).pipe(
    Effect.ensuring(Queue.offer(sweeps, undefined))
  )
  return { ...queue, sweeps, trouble, store: { ...queue.store, resetStalled } }
})

/** A metric of the store, as Prometheus reads it. */
const metric = (name: string, store: string) =>
  Effect.map(PrometheusMetrics.format(), (text) => {
    const line = text
      .split("\n")
      .find((candidate) => candidate.startsWith(`${name}{`) && candidate.includes(`store="${store}"`))
    return line === undefined ? undefined : Number(line.split(" ").at(-1))
  })

layer(quietDatabase(), { excludeTestServices: true })("Resetter", (it) => {
  it.effect("sweeps at once", () =>
    Effect.gen(function* () {
      const { store, sweeps } = yield* watched()
      yield* Effect.forkChild(Resetter.run({ store, interval: "1 hour" }))
      yield* Queue.take(sweeps)
    })
  )

  it.effect("sweeps again after every interval", () =>
    Effect.gen(function* () {
      const { store, sweeps } = yield* watched()
      yield* Effect.forkChild(Resetter.run({ store, interval: "1 millis" }))
      yield* Queue.takeN(sweeps, 5)
    })
  )

  it.effect("goes on after a sweep that failed, and counts it", () =>
    Effect.gen(function* () {
      const { name, store, sweeps, trouble } = yield* watched()
      trouble.now = true
      yield* Effect.forkChild(Resetter.run({ store, interval: "1 millis" }))
      yield* Queue.takeN(sweeps, 3)
      trouble.now = false
      yield* Queue.takeN(sweeps, 3)

      assert.isAtLeast((yield* metric("drover_record_reset_errors_total", name)) ?? 0, 2)
    })
  )

  it.effect("takes stalled records back, each to its state, and counts them", () =>
    Effect.gen(function* () {
      const { add, name, row, store, sweeps } = yield* watched({ stalledMaxAge: "1 minute", maxNumResets: 2 })
      const [again, tooOften, canceled, alive] = yield* add(4)
      yield* execute(
        `update ${name} set state = 'processing', attempt = 1, last_heartbeat_at = now() - interval '2 minutes'`
      )
      yield* execute(`update ${name} set num_resets = 2 where id = ${tooOften}`)
      yield* execute(`update ${name} set cancel = true where id = ${canceled}`)
      yield* execute(`update ${name} set last_heartbeat_at = now() where id = ${alive}`)
      yield* Effect.forkChild(Resetter.run({ store, interval: "1 millis" }))
      yield* Queue.takeN(sweeps, 2) // the first has been counted

      assert.deepInclude(yield* row(again!), { state: "queued", numResets: 1, attempt: 1 })
      assert.deepInclude(yield* row(tooOften!), {
        state: "failed",
        numResets: 2,
        numFailures: 0,
        failureMessage: "job processor died while handling this message too many times"
      })
      assert.deepInclude(yield* row(canceled!), { state: "canceled", numResets: 0 })
      assert.deepInclude(yield* row(alive!), { state: "processing", numResets: 0 })
      assert.strictEqual(yield* metric("drover_record_resets_total", name), 1)
      assert.strictEqual(yield* metric("drover_record_reset_failures_total", name), 1)
      assert.strictEqual(yield* metric("drover_record_reset_cancels_total", name), 1)
      assert.strictEqual(yield* metric("drover_record_reset_errors_total", name), undefined)
    })
  )

  it.effect("lives as long as its layer", () =>
    Effect.gen(function* () {
      const { store, sweeps } = yield* watched()
      const scope = yield* Scope.make()
      yield* Layer.buildWithScope(Resetter.layer({ store, interval: "1 millis" }), scope)
      yield* Queue.takeN(sweeps, 2)
      yield* Scope.close(scope, Exit.void)
      yield* Queue.clear(sweeps)
      yield* store.exists(["queued"])

      assert.strictEqual(yield* Queue.size(sweeps), 0)
    })
  )

  it.effect("refuses an interval that is none", () =>
    Effect.gen(function* () {
      const { name, store } = yield* watched()
      const error = yield* Effect.flip(Resetter.run({ store, interval: 0 }))

      assert.strictEqual(error.message, `${name}: \`interval\` must be at least one millisecond, but is 0`)
    })
  )
})
