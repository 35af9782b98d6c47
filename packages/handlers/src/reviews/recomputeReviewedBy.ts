/**
 * Has the open pull requests computed anew that somebody reviewed, in one statement: a verdict counts while its author
 * has write access. Part of the transaction that changed the role.
 *
 * Served by `pull_request_reviews_user_idx`.
 */
import { Database, type Drizzle } from "@drover/core"
import { and, eq, exists } from "drizzle-orm"
import { Effect } from "effect"
import { pullRequests } from "../schema/pullRequests.ts"
import { pullRequestReviews } from "../schema/reviews.ts"
import { RecomputeReviewDecision } from "./RecomputeReviewDecision.ts"

interface ReviewedBy {
  readonly repositoryId: number
  readonly userId: number
}

export const selectReviewedBy = (db: Drizzle, { repositoryId, userId }: ReviewedBy) =>
  db
    .select({ pullRequestId: pullRequests.id })
    .from(pullRequests)
    .where(
      and(
        eq(pullRequests.repositoryId, repositoryId),
        eq(pullRequests.state, "open"),
        exists(
          db
            .select({ id: pullRequestReviews.id })
            .from(pullRequestReviews)
            .where(and(eq(pullRequestReviews.pullRequestId, pullRequests.id), eq(pullRequestReviews.userId, userId)))
        )
      )
    )

export const recomputeReviewedBy = Effect.fnUntraced(function* (reviewed: ReviewedBy) {
  const { db } = yield* Database
  yield* RecomputeReviewDecision.enqueueFrom(selectReviewedBy(db, reviewed), {
    dedupeKey: ({ pullRequestId }) => pullRequestId
  })
})
