/** Title, body and base, as the spec has them. */
import { Effect } from "effect"
import { outside } from "../outside.ts"
import type { Run } from "../Run.ts"
import { atPullRequest, keep } from "./atPullRequest.ts"
import { described } from "./described.ts"

export const update = Effect.fnUntraced(function* (run: Run) {
  const at = yield* atPullRequest(run, "update")
  const wanted = yield* described(run, "update")
  return yield* outside(run, {
    operation: "update",
    intent: { title: wanted.title, baseRef: wanted.baseRef },
    act: (host) => host.update({ ...at, ...wanted }),
    save: (seen) => keep(run, seen)
  })
})
