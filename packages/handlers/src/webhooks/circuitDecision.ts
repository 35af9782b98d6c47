/**
 * When an endpoint is left alone for a while. Pure.
 *
 * Closed: everything is sent. After `OPENS_AFTER` failures in a row, over all its deliveries, the circuit is open:
 * nothing is sent for a pause. Then it is half open: one delivery is sent. It succeeds, and the circuit is closed; it
 * fails, and the pause that follows is twice as long, up to a limit.
 */
import { Duration } from "effect"

export const OPENS_AFTER = 5
const FIRST_PAUSE = Duration.seconds(30)
const LONGEST_PAUSE = Duration.minutes(15)

export interface Circuit {
  readonly failuresInARow: number
  /** From now; undefined: things may be sent. */
  readonly pause: Duration.Duration | undefined
}

/**
 * The circuit after an attempt.
 *
 * @param retryAfter what the receiver asked for, which holds for everything that is sent to it
 */
export const circuitDecision = (
  failuresBefore: number,
  succeeded: boolean,
  retryAfter?: Duration.Duration
): Circuit => {
  if (succeeded) return { failuresInARow: 0, pause: undefined }
  const failuresInARow = failuresBefore + 1
  const doublings = failuresInARow - OPENS_AFTER
  const own =
    doublings < 0
      ? Duration.zero
      : Duration.min(Duration.times(FIRST_PAUSE, 2 ** Math.min(doublings, 16)), LONGEST_PAUSE)
  const asked = Duration.min(retryAfter ?? Duration.zero, LONGEST_PAUSE)
  const pause = Duration.max(own, asked)
  return { failuresInARow, pause: Duration.toMillis(pause) === 0 ? undefined : pause }
}
