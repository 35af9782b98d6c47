/**
 * What the checks of options share: they throw, and `checked` makes that a typed failure.
 */
import { Duration, Effect } from "effect"
import { InvalidOptions } from "./InvalidOptions.ts"

/** Runs what throws `InvalidOptions`. */
export const checked = <A>(resolve: () => A): Effect.Effect<A, InvalidOptions> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(resolve())
    } catch (thrown) {
      return thrown instanceof InvalidOptions ? Effect.fail(thrown) : Effect.die(thrown)
    }
  })

/** Throws `InvalidOptions`. */
export const positiveWhole = (owner: string, field: string, value: number): number => {
  if (Number.isInteger(value) && value >= 1) return value
  throw new InvalidOptions({ owner, field, rule: `must be a whole number from 1, but is ${value}` })
}

/** Throws `InvalidOptions` unless the input is a finite duration of a millisecond or more. */
export const positiveDuration = (owner: string, field: string, input: Duration.Input): Duration.Duration => {
  const duration = Duration.fromInput(input)
  if (duration._tag === "None") {
    throw new InvalidOptions({
      owner,
      field,
      rule: `must be a duration such as "5 seconds", but is ${typeof input === "string" ? input : JSON.stringify(input)}`
    })
  }
  if (!Duration.isFinite(duration.value) || Duration.toMillis(duration.value) < 1) {
    throw new InvalidOptions({
      owner,
      field,
      rule: `must be at least one millisecond, but is ${Duration.format(duration.value)}`
    })
  }
  return duration.value
}
