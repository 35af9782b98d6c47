/**
 * Reads a `Retry-After` header: seconds, or a date. Pure.
 */
import { Duration } from "effect"

/** However long a receiver asks for. */
const LONGEST = Duration.hours(12)

/**
 * A date is taken against the answer's own `Date`, so that a receiver's clock may be wrong. Gives undefined for what is
 * neither.
 */
export const readRetryAfter = (
  { date, "retry-after": value }: Readonly<Record<string, string>>,
  now: number
): Duration.Duration | undefined => {
  if (value === undefined) return undefined
  const sent = Date.parse(date ?? "")
  const millis = /^\s*\d+\s*$/.test(value)
    ? Number(value) * 1000
    : Date.parse(value) - (Number.isNaN(sent) ? now : sent)
  if (Number.isNaN(millis)) return undefined
  return Duration.min(Duration.millis(Math.max(0, Math.min(millis, Number.MAX_SAFE_INTEGER))), LONGEST)
}
