/**
 * Whether a request may be sent now. Pure.
 */
import type { EnteringRequest } from "@drover/code-hosts"
import type { BudgetState, Resource } from "./BudgetState.ts"
import type { CheckedLimit } from "./HostLimit.ts"
import { settle } from "./settle.ts"
import { count, roomAt } from "./slidingWindow.ts"

/** @category models */
export type BudgetDecision =
  | { readonly _tag: "Through"; readonly state: BudgetState }
  /** Come back in so many milliseconds. */
  | { readonly _tag: "Later"; readonly after: number; readonly state: BudgetState }

type Asked = Pick<EnteringRequest, "kind" | "resource">

/**
 * A rest holds back everything; what the host counts down, all but git; a limit, what it has a cost for.
 *
 * Whoever is sent away comes back when there is room; each a little after the one before, so that they do not all come
 * at once for the same places, and none more than a window late.
 */
export const decideBudget = (
  before: BudgetState,
  request: Asked,
  now: number,
  limits: ReadonlyArray<CheckedLimit>
): BudgetDecision => {
  const state = settle(before, now, limits)
  const { at } = state
  const later = (until: number, then = state): BudgetDecision => ({
    _tag: "Later",
    after: Math.max(1, Math.ceil(until - now)),
    state: then
  })
  const resources = drawnFrom(state, request)
  const until = Math.max(
    state.restUntil ?? 0,
    ...resources.map(([, { remaining, resetAt }]) => (remaining > 0 ? 0 : resetAt))
  )
  const costs = limits.flatMap((limit) => {
    const points = limit.cost[request.kind] ?? 0
    if (points === 0) return []
    const { counted = [], promised = 0 } = state.spent[limit.name] ?? {}
    return [{ limit, points, counted, promised, room: roomAt(counted, limit, at, points) }]
  })
  const full = costs.filter(({ room }) => room > at).toSorted((one, other) => other.room - one.room)[0]
  if (full !== undefined && full.room > until) {
    const { counted, limit, points, promised, room } = full
    const next = Math.max(room, promised + (limit.window * points) / limit.points)
    const promise = next > room + limit.window ? room : next
    return later(promise, { ...state, spent: { ...state.spent, [limit.name]: { counted, promised: promise } } })
  }
  if (until > at) return later(until)
  const taken = costs.map(({ counted, limit, points, promised }) => [
    limit.name,
    { counted: count(counted, limit.window, at, points), promised }
  ])
  const left = resources.map(([name, { remaining, resetAt }]) => [name, { remaining: remaining - 1, resetAt }])
  return {
    _tag: "Through",
    state: {
      ...state,
      resources: { ...state.resources, ...Object.fromEntries(left) },
      spent: { ...state.spent, ...Object.fromEntries(taken) }
    }
  }
}

/** The one that is named; or any that the host has told of, where none is. */
const drawnFrom = ({ resources }: BudgetState, { kind, resource }: Asked): ReadonlyArray<[string, Resource]> =>
  kind === "git" ? [] : Object.entries(resources).filter(([name]) => resource === undefined || name === resource)
