/**
 * What is left of a budget at a moment. Pure.
 */
import type { BudgetState, Spent } from "./BudgetState.ts"
import type { CheckedLimit } from "./HostLimit.ts"
import { stillCounted } from "./slidingWindow.ts"

/** Statements wait for the row, and see it in another order than their clocks say. More than this is a clock set back. */
const DISORDER = 60_000

const DAY = 86_400_000

/** Forgets what is over. `at` is when it is then: never before it was last looked at. */
export const settle = (state: BudgetState, now: number, limits: ReadonlyArray<CheckedLimit>): BudgetState => {
  const at = now < state.at && state.at - now < DISORDER ? state.at : now
  const windows = new Map(limits.map(({ name, window }) => [name, window]))
  const spent = Object.entries(state.spent)
    .map(([name, { counted, promised }]): [string, Spent] => [
      name,
      // one that another release, or another setting, counts is kept for it
      { counted: stillCounted(counted, windows.get(name) ?? DAY, at), promised }
    ])
    .filter(([, { counted }]) => counted.length > 0)
  const resources = Object.entries(state.resources).filter(([, { resetAt }]) => resetAt > at)
  return {
    at,
    restUntil: state.restUntil !== null && state.restUntil > at ? state.restUntil : null,
    resources: Object.fromEntries(resources),
    spent: Object.fromEntries(spent)
  }
}
