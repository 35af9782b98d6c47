/**
 * Limits that hosts have and do not count down in their answers, as data.
 */
import type { RequestKind } from "@drover/code-hosts"
import { InvalidOptions } from "@drover/core"
import { Duration } from "effect"

/** In no window of that length more than so many points. @category options */
export interface HostLimit {
  /** What it counts is kept by this name. */
  readonly name: string
  readonly points: number
  /** Of a second to a day. */
  readonly window: Duration.Input
  /** Points that a request of a kind costs. Defaults to none. */
  readonly cost: Readonly<Partial<Record<RequestKind, number>>>
}

/** A limit that was found to be one. */
export interface CheckedLimit extends Omit<HostLimit, "window"> {
  readonly window: number
}

const DAY = 86_400_000

/** Throws `InvalidOptions`. */
export const checkLimits = (limits: ReadonlyArray<HostLimit>): ReadonlyArray<CheckedLimit> => {
  const refuse = (name: string, rule: string): never => {
    throw new InvalidOptions({ owner: "makeBudgetGate", field: `limits.${name}`, rule })
  }
  const names = new Set<string>()
  return limits.map((limit) => {
    const { cost, name, points } = limit
    if (names.has(name)) refuse(name, "is there twice: give each limit a name of its own")
    names.add(name)
    const duration = Duration.fromInput(limit.window)
    const window = duration._tag === "None" ? 0 : Duration.toMillis(duration.value)
    if (!(window >= 1000 && window <= DAY)) refuse(name, "must have a window of a second to a day")
    if (!Number.isInteger(points) || points < 1)
      refuse(name, `must be of a whole number of points, but is of ${points}`)
    for (const [kind, each] of Object.entries(cost)) {
      if (Number.isInteger(each) && each >= 0 && each <= points) continue
      refuse(name, `must cost 0 to ${points} points for a ${kind}, but costs ${each}: none would ever pass`)
    }
    return { name, points, cost, window }
  })
}
