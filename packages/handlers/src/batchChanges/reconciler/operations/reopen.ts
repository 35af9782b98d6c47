/** A closed pull request is opened again. */
import { Effect } from "effect"
import { outside } from "../outside.ts"
import type { Run } from "../Run.ts"
import { atPullRequest, keep } from "./atPullRequest.ts"

export const reopen = Effect.fnUntraced(function* (run: Run) {
  const at = yield* atPullRequest(run, "reopen")
  return yield* outside(run, {
    operation: "reopen",
    intent: { externalId: at.externalId },
    act: (host) => host.reopen(at),
    save: (seen) => keep(run, seen)
  })
})
