/**
 * A caller's word on one of its own errors: what should become of the record?
 */
import { Duration } from "effect"

/**
 * @category models
 */
export type Decision =
  | { readonly _tag: "Retry" }
  | { readonly _tag: "RetryAfter"; readonly after: Duration.Duration }
  | { readonly _tag: "Snooze"; readonly for: Duration.Duration }
  | { readonly _tag: "Fail" }

/** Try again when the retry policy says. */
export const retry: Decision = { _tag: "Retry" }

/** Try again after this time, whatever the policy says of it; the attempts are counted all the same. */
export const retryAfter = (after: Duration.Input): Decision => ({
  _tag: "RetryAfter",
  after: Duration.fromInputUnsafe(after)
})

/** Look again after this time; nothing failed. */
export const snooze = (time: Duration.Input): Decision => ({ _tag: "Snooze", for: Duration.fromInputUnsafe(time) })

/** No other attempt can succeed. */
export const fail: Decision = { _tag: "Fail" }
