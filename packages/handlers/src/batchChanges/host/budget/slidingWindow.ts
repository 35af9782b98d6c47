/**
 * Counts points so that no window of a length, wherever it begins, has more than a limit. Pure.
 *
 * A sixtieth of the window is a slot, and all points of a slot count as made at its end: what is kept is small and bounded
 * whatever the limit (a timestamp for each would be thousands in a row that every request writes), nothing is forgotten too
 * early, and a place is free again at most a sixtieth of the window late. A bucket that refills (GCRA) is smaller still,
 * and lets through nearly twice its limit in some window, or half of it in all others.
 */
import type { Counted } from "./BudgetState.ts"
import type { CheckedLimit } from "./HostLimit.ts"

const SLOTS = 60

const endOfSlot = (window: number, now: number): number => {
  const slot = Math.ceil(window / SLOTS)
  return (Math.floor(now / slot) + 1) * slot
}

/** Without what no window from now on has. After a clock was set back, what lies ahead of it counts as made now. */
export const stillCounted = (counted: Counted, window: number, now: number): Counted => {
  const last = endOfSlot(window, now)
  const late = counted.filter(([end]) => end > last).reduce((sum, [, points]) => sum + points, 0)
  const kept = counted.filter(([end]) => end > now - window && end <= last)
  return late === 0 ? kept : count(kept, window, now, late)
}

export const count = (counted: Counted, window: number, now: number, points: number): Counted => {
  const end = endOfSlot(window, now)
  const before = counted.filter(([other]) => other !== end)
  const there = counted.find(([other]) => other === end)?.[1] ?? 0
  return [...before, [end, there + points]]
}

/** When there is room for so many points more; now, where there is. What is counted is `stillCounted`. */
export const roomAt = (
  counted: Counted,
  { points: most, window }: CheckedLimit,
  now: number,
  points: number
): number => {
  let excess = counted.reduce((sum, [, some]) => sum + some, points) - most
  let at = now
  for (const [end, some] of counted) {
    if (excess <= 0) break
    excess -= some
    at = end + window
  }
  return at
}
