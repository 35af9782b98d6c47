/** A closed pull request is opened again. Where somebody deleted its branch, that is pushed first. */
import { Effect } from "effect"
import { outside } from "../outside.ts"
import { stepFailed } from "../failStep.ts"
import type { Changed, Run } from "../Run.ts"
import { atPullRequest, keep } from "./atPullRequest.ts"
import { push } from "./push.ts"

export const reopen = Effect.fnUntraced(function* (run: Run) {
  const at = yield* atPullRequest(run, "reopen")
  const host = yield* run.host
  const branch = { repository: at.repository, branch: run.changeset.headRef }
  const tip = yield* Effect.mapError(host.tip(branch), (error) => stepFailed("reopen", error))
  const pushed: Changed = tip === null ? yield* push(run) : {}
  const reopened = yield* outside(run, {
    operation: "reopen",
    intent: { externalId: at.externalId },
    act: () => host.reopen(at),
    save: (seen) => keep(run, seen)
  })
  return { ...pushed, ...reopened } satisfies Changed
})
