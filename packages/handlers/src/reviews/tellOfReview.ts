/**
 * Tells what became of a review, and has the decision computed anew. Part of the transaction in which it happened.
 */
import { Database } from "@drover/core"
import { and, asc, eq } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { recordPullRequestEvent } from "../events/recordPullRequestEvent.ts"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import { reviewComments } from "../schema/reviews.ts"
import { type Review, reviewBody, reviewCommentBody } from "./bodies.ts"
import { RecomputeReviewDecision } from "./RecomputeReviewDecision.ts"

/** A review that was submitted tells of each comment in it. Served by `review_comments_review_idx`. */
export const tellOfReview = Effect.fnUntraced(function* (
  pull: PullRequest,
  review: Review,
  action: "submitted" | "dismissed",
  actorId: ActorId
) {
  const { run } = yield* Database
  yield* recordPullRequestEvent(pull, {
    event: "pull_request_review",
    action,
    actorId,
    body: { review: yield* reviewBody(review) }
  })
  if (action === "submitted") {
    const comments = yield* run((db) =>
      db
        .select()
        .from(reviewComments)
        .where(and(eq(reviewComments.reviewId, review.id)))
        .orderBy(asc(reviewComments.id))
    )
    for (const comment of comments) {
      yield* recordPullRequestEvent(pull, {
        event: "pull_request_review_comment",
        action: "created",
        actorId,
        body: { comment: yield* reviewCommentBody(comment) }
      })
    }
  }
  yield* RecomputeReviewDecision.enqueue({ pullRequestId: pull.id })
})
