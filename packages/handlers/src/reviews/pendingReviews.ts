/**
 * Drafts of reviews, which nobody but their authors sees.
 */
import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { repositoryOf } from "../access/repositoryOf.ts"
import { requireRole } from "../access/requireRole.ts"
import { CommentNotFound, CommentRejected } from "../comments/CommentError.ts"
import { holdPullRequest } from "../pullRequests/locks.ts"
import { pullRequestReviews, reviewComments } from "../schema/reviews.ts"
import { type InlineComment, locateComments } from "./locateComments.ts"
import { RecomputeReviewDecision } from "./RecomputeReviewDecision.ts"
import { reviewedCommit } from "./reviewedCommit.ts"

/** @category options */
export interface OnePending {
  readonly reviewId: number
  /** Its author. */
  readonly actorId: number
}

/** Adds a comment to a draft. @category operations */
export const addPendingComment = Effect.fn("Reviews.addPendingComment")(function* ({
  comment,
  ...one
}: OnePending & { readonly comment: InlineComment }) {
  const { run, transaction } = yield* Database
  return yield* transaction(
    Effect.gen(function* () {
      const { pull, review } = yield* holdPending(one)
      const { base, commit } = yield* reviewedCommit(pull, review.commitSha)
      if (base === null) {
        return yield* new CommentRejected({
          field: "comment",
          rule: "has no diff to stand on: the base branch is gone"
        })
      }
      const repository = pull.repositoryPath
      const [located] = yield* locateComments({ repository, base, commit, comments: [comment] })
      const { commitSha, id: reviewId, pullRequestId, userId } = review
      const [made] = yield* run((db) =>
        db
          .insert(reviewComments)
          .values({ ...located!, commitSha, reviewId, pullRequestId, userId })
          .returning()
      )
      return made!
    })
  )
})

/** With its comments. @category operations */
export const deletePendingReview = Effect.fn("Reviews.deletePending")(function* (one: OnePending) {
  const { run, transaction } = yield* Database
  yield* transaction(
    Effect.gen(function* () {
      const { pull, review } = yield* holdPending(one)
      yield* run((db) => db.delete(pullRequestReviews).where(eq(pullRequestReviews.id, review.id)))
      yield* RecomputeReviewDecision.enqueue({ pullRequestId: pull.id })
    })
  )
})

/** Holds the pull request, and with it its reviews. One that was submitted is no draft, and others' are not to be seen. */
export const holdPending = Effect.fnUntraced(function* ({ actorId, reviewId }: OnePending) {
  const { run } = yield* Database
  const missing = new CommentNotFound({ kind: "review", id: reviewId })
  const read = run((db) => db.select().from(pullRequestReviews).where(eq(pullRequestReviews.id, reviewId)))
  const [seen] = yield* read
  if (seen === undefined || seen.userId !== actorId) return yield* missing
  const pull = yield* holdPullRequest(seen.pullRequestId)
  yield* requireRole(actorId, repositoryOf(pull), "read")
  const [review] = yield* read
  if (review === undefined) return yield* missing
  if (review.state !== "pending") {
    return yield* new CommentRejected({ field: "review", rule: "is submitted: begin another" })
  }
  return { pull, review }
})
