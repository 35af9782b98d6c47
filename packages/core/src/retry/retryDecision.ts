/**
 * What becomes of an attempt. Pure: the worker acts on the answer.
 */
import { Cause, Duration } from "effect"
import { type Decision, fail, retry, retryAfter, snooze } from "./Decision.ts"
import { PermanentError, RetryableError, type SelfSorted, Snooze } from "./HandlerError.ts"

/** Why an attempt ended without success. */
export type Failure =
  | { readonly _tag: "Error"; readonly error: unknown }
  | { readonly _tag: "Defect"; readonly cause: Cause.Cause<unknown> }
  | { readonly _tag: "TimedOut"; readonly limit: Duration.Duration }
  | { readonly _tag: "Canceled" }
  | { readonly _tag: "Interrupted" }

/** What the record is to become, and why. */
export type Verdict =
  | { readonly _tag: "Errored"; readonly message: string; readonly after: Duration.Duration | undefined }
  | { readonly _tag: "Failed"; readonly message: string }
  | { readonly _tag: "Snoozed"; readonly message: string; readonly for: Duration.Duration }
  /** Stopped by a shutdown: back to the queue, nothing failed. */
  | { readonly _tag: "Released" }

/** The longest message kept on a record, in characters. */
const LONGEST_MESSAGE = 10_000

export const retryDecision = (failure: Failure, onError?: (error: never) => Decision): Verdict => {
  switch (failure._tag) {
    case "Error": {
      const message = describe(failure.error)
      const decision = decide(failure.error, onError)
      switch (decision._tag) {
        case "Retry":
          return { _tag: "Errored", message, after: undefined }
        case "RetryAfter":
          return { _tag: "Errored", message, after: decision.after }
        case "Snooze":
          return { _tag: "Snoozed", message, for: decision.for }
        case "Fail":
          return { _tag: "Failed", message }
      }
    }
    // oxlint-disable-next-line no-fallthrough -- every decision above returns
    case "Defect":
      return { _tag: "Errored", message: cut(`defect: ${Cause.pretty(failure.cause)}`), after: undefined }
    case "TimedOut":
      return {
        _tag: "Errored",
        message: `job exceeded maximum execution time of ${Duration.format(failure.limit)}`,
        after: undefined
      }
    case "Canceled":
      return { _tag: "Failed", message: "canceled on request" }
    case "Interrupted":
      return { _tag: "Released" }
  }
}

const decide = (error: unknown, onError: ((error: never) => Decision) | undefined): Decision => {
  if (error instanceof Snooze) return snooze(error.for)
  if (error instanceof PermanentError) return fail
  if (error instanceof RetryableError) return error.retryAfter === undefined ? retry : retryAfter(error.retryAfter)
  // before onError, whose type promises it no such error
  if (isSelfSorted(error)) {
    if (!error.retryable) return fail
    return error.retryAfter === undefined ? retry : retryAfter(error.retryAfter)
  }
  if (onError !== undefined) return onError(error as never)
  return retry // only without the type system's help can an unsorted error come here
}

const isSelfSorted = (error: unknown): error is SelfSorted =>
  typeof error === "object" && error !== null && "retryable" in error && typeof error.retryable === "boolean"

const describe = (error: unknown): string => {
  if (!(error instanceof Error)) return cut(print(error))
  if (error.message !== "") return cut(error.message)
  const fields = print(error)
  return cut(fields === "{}" ? error.name : fields)
}

const print = (value: unknown): string => {
  if (typeof value === "string") return value
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}

// Postgres takes no NUL in text
const cut = (message: string): string => message.slice(0, LONGEST_MESSAGE).replaceAll("\u0000", "\uFFFD")
