/**
 * One step that reaches outside: its row is committed before, and what came of it after, together with what the host
 * answered. A worker that dies in between leaves a step without an end, and the next attempt asks the host what is true.
 */
import type { CodeHost } from "@drover/code-hosts"
import { Database } from "@drover/core"
import { Effect } from "effect"
import type { Operation } from "../plan/Operation.ts"
import { hearArchived, saysArchived, type Sorted, stepFailed } from "./failStep.ts"
import type { Run } from "./Run.ts"
import { StepBoundary } from "./StepBoundary.ts"
import { beginStep, endStep, type Intent } from "./stepLog.ts"

export interface Outside<A, E, R, B, E2, R2> {
  readonly operation: Operation
  readonly intent: Intent
  /** May be done again by another attempt. */
  readonly act: (host: CodeHost) => Effect.Effect<A, E, R>
  /** Writes what came of it, in one transaction with the step's end. */
  readonly save: (answer: A) => Effect.Effect<B, E2, R2>
}

export const outside = Effect.fnUntraced(function* <A, E extends Sorted, R, B, E2, R2>(
  run: Run,
  { act, intent, operation, save }: Outside<A, E, R, B, E2, R2>
) {
  const { transaction } = yield* Database
  const reached = yield* StepBoundary
  const at = (boundary: "before" | "begun" | "acted" | "ended") =>
    reached({ changesetId: run.changeset.id, operation, boundary })
  const host = yield* run.host
  yield* at("before")
  const step = yield* beginStep(run, operation, intent)
  yield* at("begun")
  const fail = Effect.fnUntraced(function* (error: E) {
    yield* transaction(
      Effect.andThen(saysArchived(error) ? hearArchived(run) : Effect.void, endStep(step, error.message))
    )
    return yield* stepFailed(operation, error)
  })
  const answer = yield* act(host).pipe(Effect.catch(fail))
  yield* at("acted")
  const saved = yield* transaction(Effect.tap(save(answer), () => endStep(step)))
  yield* at("ended")
  return saved
})
