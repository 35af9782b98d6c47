/**
 * Closes the pull request, where it is open. That it was asked for is forgotten when the attempt comes to its end: whoever
 * goes on after a crash must not take what is closed for something to reopen.
 */
import { Effect } from "effect"
import { outside } from "../outside.ts"
import type { Changed, Run } from "../Run.ts"
import { atPullRequest, keep } from "./atPullRequest.ts"

const answered = { closeAnswered: true } satisfies Changed

export const close = Effect.fnUntraced(function* (run: Run) {
  const { external } = run
  if (external !== "open" && external !== "draft") return answered satisfies Changed
  const at = yield* atPullRequest(run, "close")
  return yield* outside(run, {
    operation: "close",
    intent: { externalId: at.externalId },
    act: (host) => host.close(at),
    save: (seen) => Effect.map(keep(run, seen), (changed): Changed => ({ ...changed, ...answered }))
  })
})
