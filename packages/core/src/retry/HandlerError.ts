/**
 * The sides every error of a handler is sorted into: may the same attempt
 * succeed later, or never?
 */
import { Data, Duration } from "effect"
import type { LeaseLost } from "../store/StoreError.ts"

/**
 * The attempt failed and another may succeed: a timeout, a rate limit, a lock.
 *
 * `retryAfter` is when the cause says to come back; without it the retry policy decides.
 *
 * @category errors
 */
export class RetryableError extends Data.TaggedError("RetryableError")<{
  readonly reason: string
  readonly retryAfter?: Duration.Duration
  readonly cause?: unknown
}> {
  constructor(fields: { readonly reason: string; readonly retryAfter?: Duration.Input; readonly cause?: unknown }) {
    const { retryAfter, ...others } = fields
    super(retryAfter === undefined ? others : { ...others, retryAfter: Duration.fromInputUnsafe(retryAfter) })
  }
  override get message() {
    return this.reason
  }
}

/**
 * No other attempt can succeed: the input is wrong, the thing is gone. The record becomes `failed` at once.
 *
 * @category errors
 */
export class PermanentError extends Data.TaggedError("PermanentError")<{
  readonly reason: string
  readonly cause?: unknown
}> {
  override get message() {
    return this.reason
  }
}

/**
 * Not now: look again after `for`. Nothing failed, and no attempt is used up.
 *
 * @category errors
 */
export class Snooze extends Data.TaggedError("Snooze")<{
  readonly for: Duration.Duration
  readonly reason?: string
}> {
  constructor(fields: { readonly for: Duration.Input; readonly reason?: string }) {
    super({ ...fields, for: Duration.fromInputUnsafe(fields.for) })
  }
  override get message() {
    return this.reason ?? `snoozed for ${Duration.format(this.for)}`
  }
}

/**
 * An error that says by itself whether another attempt may succeed. The
 * store's, the database's and git's errors are of this shape.
 *
 * @category models
 */
export interface SelfSorted {
  readonly retryable: boolean
  readonly retryAfter?: Duration.Duration | undefined
}

/**
 * Errors a handler may fail with without saying what they mean. Any other needs
 * an `onError`. After `LeaseLost` nothing is written: the record is somebody else's.
 */
export type SortedError = RetryableError | PermanentError | Snooze | LeaseLost | SelfSorted
