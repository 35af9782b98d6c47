/**
 * Reads reviews, and takes verdicts back.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, asc, eq, ne } from "drizzle-orm"
import { Effect } from "effect"
import { repositoryOf } from "../access/repositoryOf.ts"
import { type ActorId, requireRole } from "../access/requireRole.ts"
import { checkBody } from "../comments/checkBody.ts"
import { CommentNotFound, CommentRejected } from "../comments/CommentError.ts"
import { holdPullRequest } from "../pullRequests/locks.ts"
import { requireReadable } from "../pullRequests/requireReadable.ts"
import { pullRequestReviews } from "../schema/reviews.ts"
import { tellOfReview } from "./tellOfReview.ts"

/** @category options */
export interface OneReview {
  readonly reviewId: number
  readonly actorId?: ActorId
}

/** A draft is found by its author alone. Takes read access. Served by the primary key. @category operations */
export const findReview = Effect.fn("Reviews.find")(function* ({ actorId, reviewId }: OneReview) {
  const { run } = yield* Database
  const missing = new CommentNotFound({ kind: "review", id: reviewId })
  const [review] = yield* run((db) => db.select().from(pullRequestReviews).where(eq(pullRequestReviews.id, reviewId)))
  if (review === undefined || (review.state === "pending" && review.userId !== actorId)) return yield* missing
  yield* requireReadable(review.pullRequestId, actorId).pipe(
    Effect.catchTag("RepositoryUnknown", () => Effect.fail(missing))
  )
  return review
})

/** The submitted ones, in the order in which they were. Takes read access. Served by `pull_request_reviews_pull_idx`. @category operations */
export const listReviews = Effect.fn("Reviews.list")(function* ({
  actorId,
  pullRequestId
}: {
  readonly pullRequestId: number
  readonly actorId?: ActorId
}) {
  const { run } = yield* Database
  yield* requireReadable(pullRequestId, actorId)
  return yield* run((db) =>
    db
      .select()
      .from(pullRequestReviews)
      .where(and(eq(pullRequestReviews.pullRequestId, pullRequestId), ne(pullRequestReviews.state, "pending")))
      .orderBy(asc(pullRequestReviews.submittedAt), asc(pullRequestReviews.id))
  )
})

/** @category options */
export interface DismissReview extends OneReview {
  /** Why. 1 to 65,536 characters. */
  readonly message: string
}

/** Takes back an approval or requested changes. Takes write access. Served by the primary key. @category operations */
export const dismissReview = Effect.fn("Reviews.dismiss")(function* ({ message, ...one }: DismissReview) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  yield* checkBody(message, { required: true })
  return yield* transaction(
    Effect.gen(function* () {
      const { pullRequestId } = yield* findReview(one)
      const pull = yield* holdPullRequest(pullRequestId)
      yield* requireRole(one.actorId, repositoryOf(pull), "write")
      const { state } = yield* findReview(one)
      if (state !== "approved" && state !== "changes_requested") {
        return yield* new CommentRejected({ field: "review", rule: `has no verdict to dismiss: it is ${state}` })
      }
      const [dismissed] = yield* run((db) =>
        db
          .update(pullRequestReviews)
          .set({ state: "dismissed", dismissedAt: clock, dismissedById: one.actorId, dismissedMessage: message })
          .where(eq(pullRequestReviews.id, one.reviewId))
          .returning()
      )
      yield* tellOfReview(pull, dismissed!, "dismissed", one.actorId)
      return dismissed!
    })
  )
})
