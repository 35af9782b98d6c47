/**
 * Changes something of a pull request that its mergeability depends on: what was known of it is forgotten, and the
 * job that finds it out again is enqueued, in the transaction that holds the row. Served by the primary key.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq } from "drizzle-orm"
import { Effect } from "effect"
import { RecomputeMergeability } from "../mergeability/RecomputeMergeability.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import { type PullRequest, requirePullRequest } from "./findPullRequest.ts"
import { undecided, unknownAt } from "../pushes/recordTips.ts"
import { RecomputeReviewDecision } from "../reviews/RecomputeReviewDecision.ts"

type Change = Partial<
  Pick<PullRequest, "baseRef" | "baseSha" | "body" | "closedAt" | "draft" | "headSha" | "state" | "title">
>

/** Gives the pull request as it is now. */
export const changeAndRecompute = Effect.fnUntraced(function* (held: PullRequest, change: Change) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const headMoved = change.headSha !== undefined && change.headSha !== held.headSha
  yield* run((db) =>
    db
      .update(pullRequests)
      .set({ ...change, ...unknownAt(clock), ...(headMoved ? undecided : {}) })
      .where(and(eq(pullRequests.id, held.id), eq(pullRequests.state, held.state)))
  )
  yield* RecomputeMergeability.enqueue({ pullRequestId: held.id })
  if (headMoved) yield* RecomputeReviewDecision.enqueue({ pullRequestId: held.id })
  return yield* requirePullRequest(held.id)
})
