/**
 * From what a host or git said to what becomes of the changeset.
 */
import { Snooze } from "@drover/core"
import { Duration } from "effect"
import { markArchived } from "../changesets/markArchived.ts"
import type { Operation } from "../plan/Operation.ts"
import { StepFailed } from "./ReconcileError.ts"
import type { Run } from "./Run.ts"

/** An error that says whether the same may succeed later. Times are in milliseconds. */
export interface Sorted {
  readonly _tag: string
  readonly message: string
  readonly retryable: boolean
  readonly retryAfter?: number | undefined
  /** Nothing was sent, and nothing failed: it is only too early. */
  readonly held?: boolean | undefined
}

/** What is held back uses up no attempt, as `sortHostError` has it. Pure. */
export const stepFailed = (
  operation: Operation,
  { _tag, held, message, retryable, retryAfter }: Sorted
): StepFailed | Snooze => {
  if (held === true && retryAfter !== undefined) return new Snooze({ for: retryAfter, reason: message })
  return new StepFailed({
    operation,
    error: _tag,
    reason: message,
    retryable,
    ...(retryAfter === undefined ? {} : { retryAfter: Duration.millis(retryAfter) })
  })
}

/** Whether the host said that the repository takes no changes any more. Pure. */
export const saysArchived = ({ _tag }: Sorted): boolean => _tag === "ArchivedOnHost"

/** `markArchived`, as this attempt heard of it. */
export const hearArchived = (run: Run) => markArchived({ ...run, key: `${run.claim.attempt}` })
