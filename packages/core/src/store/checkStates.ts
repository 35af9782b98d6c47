/**
 * States that a caller names become part of a statement's text, so that partial
 * indexes can be chosen by them: nothing but a state may pass.
 */
import { Effect } from "effect"
import { type WorkState, workStates } from "../table/WorkState.ts"
import { InvalidOptions } from "../options/InvalidOptions.ts"

export const checkStates = (
  store: string,
  states: ReadonlyArray<WorkState>,
  among: ReadonlyArray<WorkState> = workStates
): Effect.Effect<void, InvalidOptions> => {
  const invalid = (rule: string) => Effect.fail(new InvalidOptions({ owner: store, field: "states", rule }))
  if (states.length === 0) return invalid("must name at least one state")
  if (states.some((state) => !among.includes(state))) return invalid(`must be among ${among.join(", ")}`)
  return Effect.void
}
