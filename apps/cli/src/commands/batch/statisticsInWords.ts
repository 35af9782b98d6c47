/** Numbers of a batch change, for people. Pure. */
import type { Forecast, MergeTimes } from "@drover/handlers/batchChanges"
import { span } from "../../output/time.ts"

export const mergeTimesInWords = ({ medianMillis, merged, ninetiethMillis }: MergeTimes): string =>
  medianMillis === null || ninetiethMillis === null
    ? String(merged)
    : `${merged}; half of them within ${span(medianMillis)} of being published, nine of ten within ${span(ninetiethMillis)}`

export const forecastInWords = ({ doneInMillis, mergedPerDay, remaining }: Forecast): string => {
  if (remaining === 0) return "nothing remains to be merged"
  if (doneInMillis === null) return `${remaining} remain; none was merged in the last 7 days`
  return `${remaining} remain; at ${mergedPerDay.toFixed(1)} a day the last is merged in ${span(doneInMillis)}`
}
