/**
 * What an answer of the host changes in its budget. Pure.
 */
import type { SeenLimits } from "@drover/code-hosts"
import type { BudgetState, Resource } from "./BudgetState.ts"
import type { CheckedLimit } from "./HostLimit.ts"
import { settle } from "./settle.ts"

type Seen = Pick<SeenLimits, "remaining" | "resetAfter" | "resource" | "retryAfter">

/** Hosts give the end of a period in whole seconds: it comes to be told a little earlier or later each time. */
const SAME_PERIOD = 5000
const SECOND = 1000

/** Whether an answer says anything of limits. */
export const saysLimits = ({ remaining, resetAfter, retryAfter }: Seen): boolean =>
  (retryAfter ?? 0) > 0 || (remaining !== null && (resetAfter ?? 0) > 0)

/**
 * Within a period the lower count stays: answers overtake each other, and what is under way has been taken off already.
 * One of an earlier period says nothing. A rest is only ever made longer.
 */
export const learnLimits = (
  before: BudgetState,
  seen: Seen,
  now: number,
  limits: ReadonlyArray<CheckedLimit>
): BudgetState => {
  const state = settle(before, now, limits)
  const { at } = state
  const name = seen.resource ?? ""
  const told = toldOf(seen, at)
  const known = state.resources[name]
  const resources = told === undefined ? state.resources : { ...state.resources, [name]: merged(known, told) }
  const rest = restOf(seen)
  return { ...state, resources, restUntil: rest === 0 ? state.restUntil : Math.max(state.restUntil ?? 0, at + rest) }
}

const toldOf = ({ remaining, resetAfter }: Seen, at: number): Resource | undefined =>
  remaining === null || resetAfter === null || resetAfter <= 0
    ? undefined
    : { remaining, resetAt: at + resetAfter + SECOND }

const merged = (known: Resource | undefined, told: Resource): Resource => {
  if (known === undefined || told.resetAt > known.resetAt + SAME_PERIOD) return told
  if (told.resetAt < known.resetAt - SAME_PERIOD) return known
  return {
    remaining: Math.min(known.remaining, told.remaining),
    resetAt: Math.max(known.resetAt, told.resetAt)
  }
}

/** A wait for the end of the period of one spent resource is no rest of the others: GitHub counts REST and GraphQL apart. */
const restOf = ({ remaining, resetAfter, resource, retryAfter }: Seen): number => {
  if (retryAfter === null || retryAfter <= 0) return 0
  const isThatPeriod =
    resource !== null && remaining === 0 && resetAfter !== null && resetAfter > 0 && retryAfter >= resetAfter
  return isThatPeriod && retryAfter <= resetAfter + 2 * SECOND ? 0 : retryAfter
}
