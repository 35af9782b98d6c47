/**
 * Reviews a pull request: at once, or in a draft that only its author sees until it is submitted.
 *
 * Merged and closed pull requests can be reviewed: people look at things after the fact. A verdict is of one commit.
 */
import { Database, DatabaseClock } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { repositoryOf } from "../access/repositoryOf.ts"
import { requireRole } from "../access/requireRole.ts"
import { checkBody } from "../comments/checkBody.ts"
import { CommentRejected } from "../comments/CommentError.ts"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import { holdPullRequest } from "../pullRequests/locks.ts"
import { pullRequestReviews, reviewComments } from "../schema/reviews.ts"
import type { Review } from "./bodies.ts"
import { type InlineComment, locateComments } from "./locateComments.ts"
import { onePending } from "./onePending.ts"
import { reviewedCommit } from "./reviewedCommit.ts"
import { tellOfReview } from "./tellOfReview.ts"
import { holdPending } from "./pendingReviews.ts"

/** @category models */
export type Verdict = "approve" | "request_changes" | "comment"

/** @category options */
export interface StartReview {
  readonly pullRequestId: number
  /** The reviewer. */
  readonly actorId: number
  /** Markdown. Defaults to none. */
  readonly body?: string | undefined
  /** One of the pull request's commits. Defaults to the head as it is now. */
  readonly commit?: string | undefined
  readonly comments?: ReadonlyArray<InlineComment> | undefined
}

/** @category options */
export interface SubmitReview extends StartReview {
  /** `request_changes` needs a body, `comment` a body or comments. Authors comment on their own, and no more. */
  readonly verdict: Verdict
}

/** Takes read access; the verdict counts while its author has write access. @category operations */
export const submitReview = Effect.fn("Reviews.submit")(function* ({ verdict, ...review }: SubmitReview) {
  const { transaction } = yield* Database
  return yield* transaction(
    Effect.gen(function* () {
      const pull = yield* reviewable(review)
      yield* checkVerdict(pull, { ...review, verdict, comments: review.comments?.length ?? 0 })
      const made = yield* write(pull, review, verdict)
      yield* tellOfReview(pull, made, "submitted", review.actorId)
      return made
    })
  )
})

/** Begins a draft. A user has one of a pull request at a time. @category operations */
export const startReview = Effect.fn("Reviews.start")(function* (review: StartReview) {
  const { transaction } = yield* Database
  return yield* transaction(
    Effect.gen(function* () {
      const pull = yield* reviewable(review)
      return yield* write(pull, review, undefined)
    })
  ).pipe(onePending)
})

/** @category options */
export interface SubmitPending {
  readonly reviewId: number
  /** Its author. */
  readonly actorId: number
  readonly verdict: Verdict
  /** Defaults to the draft's. */
  readonly body?: string | undefined
}

/** Submits a draft as it is, of the commit that it was begun on. Served by the primary key. @category operations */
export const submitPendingReview = Effect.fn("Reviews.submitPending")(function* (options: SubmitPending) {
  const { actorId, verdict } = options
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  return yield* transaction(
    Effect.gen(function* () {
      const { pull, review } = yield* holdPending(options)
      const body = options.body ?? review.body
      yield* checkBody(body, { required: false })
      const comments = yield* run((db) => db.$count(reviewComments, eq(reviewComments.reviewId, review.id)))
      yield* checkVerdict(pull, { actorId, verdict, body, comments })
      const [submitted] = yield* run((db) =>
        db
          .update(pullRequestReviews)
          .set({ state: stateOf[verdict], body, submittedAt: clock })
          .where(eq(pullRequestReviews.id, review.id))
          .returning()
      )
      yield* tellOfReview(pull, submitted!, "submitted", actorId)
      return submitted!
    })
  )
})

const stateOf = { approve: "approved", request_changes: "changes_requested", comment: "commented" } as const

const reviewable = Effect.fnUntraced(function* ({ actorId, body = "", pullRequestId }: StartReview) {
  yield* checkBody(body, { required: false })
  const pull = yield* holdPullRequest(pullRequestId)
  yield* requireRole(actorId, repositoryOf(pull), "read")
  return pull
})

interface Judged {
  readonly actorId: number
  readonly verdict: Verdict
  readonly body?: string | undefined
  /** How many there are. */
  readonly comments: number
}

const checkVerdict = (pull: PullRequest, { actorId, body = "", comments, verdict }: Judged) => {
  const reject = (field: string, rule: string) => Effect.fail(new CommentRejected({ field, rule }))
  if (verdict !== "comment" && pull.authorId === actorId) {
    return reject("verdict", "on a pull request of your own can only be a comment")
  }
  if (body.trim() !== "" || verdict === "approve" || (verdict === "comment" && comments > 0)) return Effect.void
  return reject(
    "body",
    verdict === "comment" ? "must not be blank where there are no comments" : "must say which changes you request"
  )
}

const write = Effect.fnUntraced(function* (pull: PullRequest, review: StartReview, verdict: Verdict | undefined) {
  const { actorId: userId, body = "", comments = [] } = review
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const { base, commit } = yield* reviewedCommit(pull, review.commit)
  const located =
    base === null ? [] : yield* locateComments({ repository: pull.repositoryPath, base, commit, comments })
  if (located.length < comments.length) {
    return yield* new CommentRejected({ field: "comments", rule: "have no diff to stand on: the base branch is gone" })
  }
  const own = { pullRequestId: pull.id, userId, commitSha: commit }
  const [made] = yield* run((db) =>
    db
      .insert(pullRequestReviews)
      .values({
        ...own,
        body,
        ...(verdict === undefined ? {} : { state: stateOf[verdict], submittedAt: clock })
      })
      .returning()
  )
  if (located.length > 0) {
    const reviewId = made!.id
    yield* run((db) => db.insert(reviewComments).values(located.map((comment) => ({ ...comment, ...own, reviewId }))))
  }
  return made! satisfies Review
})
