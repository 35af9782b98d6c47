import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schedule } from "effect"
import { RetryPolicy } from "../../src/index.ts"

/** Milliseconds of rest after each of the failures; undefined where the schedule has ended. */
const rests = (policy: RetryPolicy.RetryPolicy, failures: ReadonlyArray<number>) =>
  Effect.forEach(failures, (failure) =>
    Effect.map(RetryPolicy.delayAfter(policy, failure), (delay) => delay && Duration.toMillis(delay))
  )

describe("RetryPolicy", () => {
  it.effect("standard doubles from a second to five minutes, a fifth more or less", () =>
    Effect.gen(function* () {
      const nominal = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
      const failures = nominal.map((_, index) => index + 1)
      for (let times = 0; times < 50; times++) {
        const all = yield* rests(RetryPolicy.standard, failures)
        all.forEach((rest, index) => assert.closeTo(rest! / 1000, nominal[index]!, nominal[index]! / 5))
      }
    })
  )

  it.effect("standard spreads records that failed together", () =>
    Effect.gen(function* () {
      const together = yield* rests(
        RetryPolicy.standard,
        Array.from({ length: 20 }, () => 1)
      )
      assert.isAbove(new Set(together).size, 10)
    })
  )

  it.effect("stays at the cap after more failures than a double can double", () =>
    Effect.gen(function* () {
      const [rest] = yield* rests(RetryPolicy.standard, [1500])
      assert.closeTo(rest!, 300_000, 60_000)
    })
  )

  it.effect("fixed rests the same each time", () =>
    Effect.gen(function* () {
      const policy = RetryPolicy.fixed(3, "7 seconds")

      assert.strictEqual(policy.attempts, 3)
      assert.deepStrictEqual(yield* rests(policy, [1, 2, 50]), [7000, 7000, 7000])
    })
  )

  it.effect("never has no rest to give", () =>
    Effect.gen(function* () {
      assert.strictEqual(RetryPolicy.never.attempts, 1)
      assert.deepStrictEqual(yield* rests(RetryPolicy.never, [1]), [undefined])
    })
  )

  it.effect("says when the schedule has ended", () =>
    Effect.gen(function* () {
      const delay = Schedule.exponential("1 second").pipe(Schedule.upTo({ times: 2 }))
      assert.deepStrictEqual(yield* rests(RetryPolicy.make({ delay }), [1, 2, 3]), [1000, 2000, undefined])
    })
  )

  it("make fills what is left out from standard", () => {
    assert.deepStrictEqual(RetryPolicy.make({}), RetryPolicy.standard)
    assert.strictEqual(RetryPolicy.make({ attempts: 2 }).delay, RetryPolicy.standard.delay)
  })

  it("refuses attempts that cannot be counted", () => {
    const refused = (attempts: number) => () => RetryPolicy.validate("jobs", RetryPolicy.make({ attempts }))

    assert.throws(refused(-1), "jobs: `retry.attempts` must be a whole number from 0, but is -1")
    assert.throws(refused(1.5), "jobs: `retry.attempts` must be a whole number from 0, but is 1.5")
    assert.throws(refused(Number.NaN), "but is NaN")
  })
})
