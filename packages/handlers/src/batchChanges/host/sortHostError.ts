/**
 * Sorts what a code host answers, for the queue. Pure.
 */
import type { CodeHostError } from "@drover/code-hosts"
import { PermanentError, RetryableError } from "@drover/core"
import { Duration } from "effect"

/** A host names its rest in milliseconds. Checks that are not done yet will be. */
export const sortHostError = (error: CodeHostError): RetryableError | PermanentError => {
  const { message: reason } = error
  const waits = error._tag === "NotMergeableOnHost" && error.reason === "checks pending"
  if (!error.retryable && !waits) return new PermanentError({ reason, cause: error })
  const rest = "retryAfter" in error ? error.retryAfter : undefined
  return new RetryableError({
    reason,
    cause: error,
    ...(rest === undefined ? {} : { retryAfter: Duration.millis(Math.max(0, rest)) })
  })
}
