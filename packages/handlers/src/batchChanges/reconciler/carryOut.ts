/**
 * Does the steps of a plan, in their order. The first that fails is the end of it.
 *
 * Except where the plan was made of what is no longer so: a host that refuses to change a pull request may do so because
 * somebody closed or merged it, and nobody has told. Then it is looked at, and the caller plans anew.
 */
import { Effect } from "effect"
import type { Step } from "../plan/Operation.ts"
import { operate } from "./operations.ts"
import { sync } from "./operations/sync.ts"
import type { StepFailed } from "./ReconcileError.ts"
import type { Run } from "./Run.ts"

export interface CarriedOut {
  /** `Surprised`: not all steps are done, and the pull request is in another state than was known. */
  readonly _tag: "Done" | "Surprised"
  readonly run: Run
}

/** `mayLook`: whether a refusal is a reason to look; where it is not, it is an error. */
export const carryOut = Effect.fnUntraced(function* (steps: ReadonlyArray<Step>, begun: Run, mayLook: boolean) {
  let run = begun
  const all = Effect.gen(function* () {
    for (const { operation } of steps) run = { ...run, ...(yield* operate(operation, run)) }
    return { _tag: "Done", run } satisfies CarriedOut
  })
  const look = Effect.fnUntraced(function* (refused: StepFailed) {
    if (!mayLook || run.externalId === null || !mayBeOutdated(refused)) return yield* refused
    run = { ...run, ...(yield* sync(run)) }
    if (run.external === begun.external) return yield* refused
    return { _tag: "Surprised", run } satisfies CarriedOut
  })
  return yield* Effect.catchTag(all, "StepFailed", look)
})

/** Pure. */
const mayBeOutdated = ({ error }: StepFailed): boolean => error === "RejectedByHost" || error === "PullRequestMissing"
