/**
 * How often a record is tried, and how long it rests between.
 */
import { Duration, Effect, Exit, Schedule } from "effect"
import { InvalidOptions } from "../options/InvalidOptions.ts"

/**
 * @category models
 */
export interface RetryPolicy {
  /** Failures after which a record is `failed`: 1 means that the first failure is final. */
  readonly attempts: number
  /**
   * The rest after the first, second, … failure. A schedule that ends sooner
   * than the attempts makes the record `failed` too.
   */
  readonly delay: Schedule.Schedule<unknown>
}

/**
 * Five attempts; 1, 2, 4, 8 seconds of rest, and five minutes at most, each up to a fifth longer or shorter so
 * that records which failed together do not return together.
 *
 * @category constructors
 */
export const standard: RetryPolicy = {
  attempts: 5,
  delay: Schedule.min([Schedule.exponential("1 second"), Schedule.spaced("5 minutes")]).pipe(Schedule.jittered)
}

/** The first failure is final, and records that are `errored` already are left alone. */
export const never: RetryPolicy = { attempts: 1, delay: Schedule.recurs(0) }

/** The same rest after every failure. */
export const fixed = (attempts: number, delay: Duration.Input): RetryPolicy => ({
  attempts,
  delay: Schedule.spaced(delay)
})

/** @category constructors */
export const make = (options: {
  /** Defaults to 5. */
  readonly attempts?: number | undefined
  /** Defaults to that of `standard`. */
  readonly delay?: Schedule.Schedule<unknown> | undefined
}): RetryPolicy => ({ attempts: options.attempts ?? standard.attempts, delay: options.delay ?? standard.delay })

/** `attempts` of 0 is taken for 1: the first failure is final. */
export const validate = (owner: string, policy: RetryPolicy): RetryPolicy => {
  if (!Number.isInteger(policy.attempts) || policy.attempts < 0) {
    throw new InvalidOptions({
      owner: owner,
      field: "retry.attempts",
      rule: `must be a whole number from 0, but is ${policy.attempts}`
    })
  }
  return policy
}

/**
 * The rest after the `failures`-th failure (from 1), or undefined when the schedule has ended.
 *
 * A schedule has a state and a record has only a number, so it is stepped from
 * its start: a few microseconds for the tens of attempts a policy allows.
 */
export const delayAfter = Effect.fnUntraced(function* (policy: RetryPolicy, failures: number) {
  const step = yield* Schedule.toStep(policy.delay)
  let now = 0
  let delay: Duration.Duration | undefined
  for (let failure = 1; failure <= failures; failure++) {
    const exit = yield* Effect.exit(step(now, undefined))
    if (Exit.isFailure(exit)) return undefined
    delay = exit.value[1]
    now += Duration.toMillis(delay)
  }
  return delay
})
