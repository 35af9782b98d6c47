/**
 * Reviews and their comments in an event's body, named as GitHub names them.
 */
import { Effect } from "effect"
import { userBody } from "../events/bodies.ts"
import type { pullRequestReviews, reviewComments } from "../schema/reviews.ts"

/** @category models */
export type Review = typeof pullRequestReviews.$inferSelect

/** @category models */
export type ReviewComment = typeof reviewComments.$inferSelect

export const reviewBody = ({ body, commitSha, id, state, submittedAt, userId }: Review) =>
  Effect.map(userBody(userId), (user) => ({ id, user, body, commit_id: commitSha, state, submitted_at: submittedAt }))

export const reviewCommentBody = (comment: ReviewComment) =>
  Effect.map(userBody(comment.userId), (user) => ({
    id: comment.id,
    pull_request_review_id: comment.reviewId,
    ...(comment.replyToId === null ? {} : { in_reply_to_id: comment.replyToId }),
    user,
    body: comment.body,
    path: comment.path,
    line: comment.line,
    position: comment.position,
    commit_id: comment.commitSha,
    created_at: comment.createdAt
  }))
