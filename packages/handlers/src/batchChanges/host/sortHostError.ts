/**
 * Sorts what a code host answers, for the queue. Pure.
 */
import type { CodeHostError } from "@drover/code-hosts"
import { PermanentError, RetryableError, Snooze } from "@drover/core"
import { Duration } from "effect"

/**
 * A host names its rest in milliseconds. Checks that are not done yet will be. What Drover's own budget holds back has not
 * failed, and uses up no attempt: of thousands that wait for one budget, many are sent away more often than there are attempts.
 */
export const sortHostError = (error: CodeHostError): RetryableError | PermanentError | Snooze => {
  const { message: reason } = error
  if (error._tag === "RateLimited" && error.held === true) return new Snooze({ for: error.retryAfter, reason })
  const waits = error._tag === "NotMergeableOnHost" && error.reason === "checks pending"
  if (!error.retryable && !waits) return new PermanentError({ reason, cause: error })
  const rest = "retryAfter" in error ? error.retryAfter : undefined
  return new RetryableError({
    reason,
    cause: error,
    ...(rest === undefined ? {} : { retryAfter: Duration.millis(Math.max(0, rest)) })
  })
}
