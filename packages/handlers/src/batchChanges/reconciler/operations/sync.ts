/** Reads the pull request as it is now. One that is gone is no error: it is written down as deleted. */
import type { HostPullRequest } from "@drover/code-hosts"
import { Effect } from "effect"
import { markDeleted } from "../../changesets/markDeleted.ts"
import { outside } from "../outside.ts"
import type { Changed, Run } from "../Run.ts"
import { atPullRequest, keep } from "./atPullRequest.ts"

export const sync = Effect.fnUntraced(function* (run: Run) {
  const at = yield* atPullRequest(run, "sync")
  return yield* outside(run, {
    operation: "sync",
    intent: { externalId: at.externalId },
    act: (host) =>
      Effect.catchTag(host.load(at), "PullRequestMissing", () =>
        Effect.succeed<HostPullRequest | undefined>(undefined)
      ),
    save: (seen) =>
      seen === undefined
        ? Effect.as(markDeleted(run.changeset.id), { external: "deleted" } satisfies Changed as Changed)
        : Effect.map(keep(run, seen), (changed): Changed => changed)
  })
})
