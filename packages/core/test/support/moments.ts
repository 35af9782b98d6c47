/** Moments around the one at which `ManualClock` starts. */
import { Duration } from "effect"

export const start = new Date("2026-01-01T00:00:00Z")

export const ago = (input: Duration.Input): Date => from(-1, input)
export const fromNow = (input: Duration.Input): Date => from(1, input)

const from = (sign: 1 | -1, input: Duration.Input): Date =>
  new Date(start.getTime() + sign * Duration.toMillis(Duration.fromInputUnsafe(input)))
