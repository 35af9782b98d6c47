/**
 * Where a reconciler may die, for tests that kill it there.
 */
import { Context, Effect } from "effect"
import type { Operation } from "../plan/Operation.ts"

/**
 * - `before`: nothing of the step is written, or done.
 * - `begun`: its row is committed.
 * - `acted`: the host has done it, and nothing here says so.
 * - `ended`: what the host answered and the step's end are committed.
 *
 * @category models
 */
export type Boundary = "before" | "begun" | "acted" | "ended"

/** Called at each boundary of each step that reaches outside. Does nothing by default. @category services */
export const StepBoundary = Context.Reference<
  (at: {
    readonly changesetId: number
    readonly operation: Operation
    readonly boundary: Boundary
  }) => Effect.Effect<void>
>("@drover/handlers/batchChanges/StepBoundary", { defaultValue: () => () => Effect.void })
