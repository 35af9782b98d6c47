/**
 * Opens a closed pull request again.
 */
import { Database } from "@drover/core"
import { Effect } from "effect"
import { changeAndRecompute } from "./changeAndRecompute.ts"
import { requirePullRequest } from "./findPullRequest.ts"
import { holdPullRequest } from "./locks.ts"
import { rejectTwin } from "./rejectTwin.ts"
import { requireBranches } from "./requireBranches.ts"
import { requireOpen } from "./requireOpen.ts"

/**
 * An open one stays as it is. Both branches must exist, and no other open pull request may have them. They may have
 * moved unseen, so it is computed anew.
 *
 * @category operations
 */
export const reopenPullRequest = Effect.fn("PullRequests.reopen")(function* (pullRequestId: number) {
  const { transaction } = yield* Database
  const { baseRef: base, headRef: head } = yield* requirePullRequest(pullRequestId)
  return yield* transaction(
    Effect.gen(function* () {
      const pull = yield* holdPullRequest(pullRequestId)
      if (pull.state !== "closed") return yield* requireOpen(pull)
      const tips = yield* requireBranches({ ...pull, base: pull.baseRef, head: pull.headRef })
      return yield* changeAndRecompute(pull, { state: "open", baseSha: tips.base, headSha: tips.head })
    })
  ).pipe(rejectTwin({ base, head }))
})
