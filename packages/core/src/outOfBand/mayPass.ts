/**
 * Whether what went wrong is a row's own fault, or of the moment: then it is nobody's, and the whole batch is made again.
 */
import { Cause } from "effect"

/** Interruption, a lost connection, or an error that says of itself that it may pass. */
export const mayPass = (cause: Cause.Cause<unknown>): boolean => {
  if (Cause.hasInterrupts(cause)) return true
  const thrown = Cause.squash(cause)
  if (typeof thrown !== "object" || thrown === null) return false
  return Reflect.get(thrown, "_tag") === "DatabaseUnavailable" || Reflect.get(thrown, "retryable") === true
}

/** What went wrong, in a line. */
export const reasonOf = (cause: Cause.Cause<unknown>): string => {
  const thrown = Cause.squash(cause)
  return thrown instanceof Error ? thrown.message : String(thrown)
}
