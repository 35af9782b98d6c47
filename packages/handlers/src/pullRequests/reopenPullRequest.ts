/**
 * Opens a closed pull request again.
 */
import { Database } from "@drover/core"
import { Effect } from "effect"
import { recordPullRequestEvent } from "../events/recordPullRequestEvent.ts"
import { RecomputeReviewDecision } from "../reviews/RecomputeReviewDecision.ts"
import { changeAndRecompute } from "./changeAndRecompute.ts"
import type { ActedBy } from "./closePullRequest.ts"
import { requirePullRequest } from "./findPullRequest.ts"
import { holdPullRequest } from "./locks.ts"
import { rejectTwin } from "./rejectTwin.ts"
import { requireAuthorOrWriter } from "./requireAuthorOrWriter.ts"
import { requireBranches } from "./requireBranches.ts"
import { requireOpen } from "./requireOpen.ts"

/**
 * An open one stays as it is. Both branches must exist, and no other open pull request may have them. They may have
 * moved unseen, so it is computed anew.
 *
 * @category operations
 */
export const reopenPullRequest = Effect.fn("PullRequests.reopen")(function* (
  pullRequestId: number,
  { actorId }: ActedBy = {}
) {
  const { transaction } = yield* Database
  const { baseRef: base, headRef: head } = yield* requirePullRequest(pullRequestId)
  return yield* transaction(
    Effect.gen(function* () {
      const pull = yield* holdPullRequest(pullRequestId)
      yield* requireAuthorOrWriter(actorId, pull)
      if (pull.state !== "closed") return yield* requireOpen(pull)
      const tips = yield* requireBranches({ ...pull, base: pull.baseRef, head: pull.headRef })
      const now = { state: "open" as const, closedAt: null, baseSha: tips.base, headSha: tips.head }
      const reopened = yield* changeAndRecompute(pull, now)
      yield* RecomputeReviewDecision.enqueue({ pullRequestId })
      yield* recordPullRequestEvent(reopened, { event: "pull_request", action: "reopened", actorId })
      return reopened
    })
  ).pipe(rejectTwin({ base, head }))
})
