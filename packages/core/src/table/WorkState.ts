/**
 * The states of a record. See docs/state-machine.md for who moves a record between them.
 */

/** @category models */
export type WorkState = "queued" | "processing" | "errored" | "failed" | "completed" | "canceled"

/** Every state, in the order of a record's life. */
export const workStates: ReadonlyArray<WorkState> = [
  "queued",
  "processing",
  "errored",
  "failed",
  "completed",
  "canceled"
]

/** States a record never leaves by itself. `errored` joins them once its attempts are used up, as `failed`. */
export const finishedStates: ReadonlyArray<WorkState> = ["failed", "completed", "canceled"]
