/** A draft becomes ready. */
import { Effect } from "effect"
import { outside } from "../outside.ts"
import type { Run } from "../Run.ts"
import { atPullRequest, keep } from "./atPullRequest.ts"

export const undraft = Effect.fnUntraced(function* (run: Run) {
  const at = yield* atPullRequest(run, "undraft")
  return yield* outside(run, {
    operation: "undraft",
    intent: { externalId: at.externalId },
    act: (host) => host.markReady(at),
    save: (seen) => keep(run, seen)
  })
})
