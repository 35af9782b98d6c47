/**
 * What the checks of options share.
 */
import { Effect } from "effect"
import { InvalidOptions } from "./StoreError.ts"

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
  throw new InvalidOptions({ store: owner, field, rule: `must be a whole number from 1, but is ${value}` })
}
