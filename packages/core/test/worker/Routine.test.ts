import { assert, describe, it } from "@effect/vitest"
import { Cause, Deferred, Effect, Exit, Fiber, Layer, Logger, Queue, Scope } from "effect"
import { TestClock } from "effect/testing"
import { Routine } from "../../src/index.ts"

describe("Routine", () => {
  it.effect("runs at once, and then from the end of one run to an interval later", () =>
    Effect.gen(function* () {
      let runs = 0
      const slow = Effect.andThen(
        Effect.sync(() => runs++),
        Effect.sleep("10 seconds")
      )
      yield* Effect.forkChild(Routine.run({ name: "slow", run: slow, interval: "1 minute" }))
      yield* TestClock.adjust(0)
      assert.strictEqual(runs, 1)
      yield* TestClock.adjust("69 seconds")
      assert.strictEqual(runs, 1)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(runs, 2)
    })
  )

  it.effect("reports each failure, and goes on", () =>
    Effect.gen(function* () {
      const endings = [Effect.fail("no"), Effect.die("broken"), Effect.interrupt, Effect.void]
      const reported: Array<Cause.Cause<string>> = []
      let runs = 0
      yield* Effect.forkChild(
        Routine.run({
          name: "troubled",
          run: Effect.suspend(() => endings[runs++ % endings.length]!),
          interval: "1 minute",
          onError: (cause) => Effect.sync(() => void reported.push(cause))
        })
      )
      yield* TestClock.adjust("5 minutes")

      assert.strictEqual(runs, 6)
      assert.deepStrictEqual(
        reported.map((cause) => cause.reasons[0]?._tag),
        ["Fail", "Die", "Interrupt", "Fail", "Die"]
      )
    })
  )

  it.effect("logs failures that nobody takes", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel}: ${String(message)}`))
      yield* Effect.forkChild(
        Routine.run({ name: "troubled", run: Effect.fail("no"), interval: "1 minute" }).pipe(
          Effect.provide(Logger.layer([logger]))
        )
      )
      yield* TestClock.adjust(0)

      assert.match(lines[0]!, /^Error: Routine failed/)
    })
  )

  it.effect("ends on a shutdown in the middle of a run, which is not reported as a failure", () =>
    Effect.gen(function* () {
      const started = yield* Deferred.make<void>()
      const events: Array<string> = []
      const fiber = yield* Effect.forkChild(
        Routine.run({
          name: "interrupted",
          run: Effect.andThen(Deferred.succeed(started, undefined), Effect.never),
          interval: "1 minute",
          onError: () => Effect.sync(() => void events.push("error")),
          onShutdown: Effect.sync(() => void events.push("shutdown"))
        })
      )
      yield* Deferred.await(started)
      yield* Fiber.interrupt(fiber)

      assert.deepStrictEqual(events, ["shutdown"])
    })
  )

  it.effect("runs for as long as its layer lives", () =>
    Effect.gen(function* () {
      const runs = yield* Queue.unbounded<void>()
      const scope = yield* Scope.make()
      yield* Layer.buildWithScope(
        Routine.layer({ name: "layered", run: Queue.offer(runs, undefined), interval: "1 minute" }),
        scope
      )
      yield* TestClock.adjust("2 minutes")
      yield* Scope.close(scope, Exit.void)
      yield* TestClock.adjust("2 minutes")

      assert.strictEqual(yield* Queue.size(runs), 3)
    })
  )
})
