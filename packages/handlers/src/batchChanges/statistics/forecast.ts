/**
 * When a batch change will be done, if it goes on as it went of late. Pure.
 */
import { Duration } from "effect"
import type { MergeTimes } from "./mergeTimes.ts"

/** @category models */
export interface Forecast {
  /** Neither merged nor closed, nor out of reach. */
  readonly remaining: number
  /** Merged a day: in the last 7 days, or since the first was published where that is less; never over less than a day. */
  readonly mergedPerDay: number
  /** Until the last is merged, in milliseconds; 0 where none remains, null where none is merged of late. */
  readonly doneInMillis: number | null
}

const day = Duration.toMillis("1 day")

export const forecast = (
  remaining: number,
  { mergedOfLate, runningMillis }: Pick<MergeTimes, "mergedOfLate" | "runningMillis">
): Forecast => {
  const days = Math.min(7, Math.max(1, (runningMillis ?? 0) / day))
  const mergedPerDay = mergedOfLate / days
  return {
    remaining,
    mergedPerDay,
    doneInMillis: remaining === 0 ? 0 : mergedPerDay === 0 ? null : (remaining / mergedPerDay) * day
  }
}
