/**
 * Threads on lines of the diff: a comment, what was replied, and whether it is settled.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, asc, eq, getTableColumns, ne, or } from "drizzle-orm"
import { Effect } from "effect"
import { repositoryOf } from "../access/repositoryOf.ts"
import { type ActorId, includes, requireRole, roleOf } from "../access/requireRole.ts"
import { checkBody } from "../comments/checkBody.ts"
import { CommentNotFound, NotTheAuthor } from "../comments/CommentError.ts"
import { recordPullRequestEvent } from "../events/recordPullRequestEvent.ts"
import { holdPullRequest } from "../pullRequests/locks.ts"
import { requireReadable } from "../pullRequests/requireReadable.ts"
import { pullRequestReviews, reviewComments } from "../schema/reviews.ts"
import { reviewCommentBody } from "./bodies.ts"
import { tellOfReview } from "./tellOfReview.ts"

/** The oldest first; of drafts only one's own. Takes read access. Served by `review_comments_pull_idx`. @category operations */
export const listReviewComments = Effect.fn("Reviews.listComments")(function* ({
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
      .select(getTableColumns(reviewComments))
      .from(reviewComments)
      .innerJoin(pullRequestReviews, eq(pullRequestReviews.id, reviewComments.reviewId))
      .where(
        and(
          eq(reviewComments.pullRequestId, pullRequestId),
          or(ne(pullRequestReviews.state, "pending"), eq(reviewComments.userId, actorId ?? 0))
        )
      )
      .orderBy(asc(reviewComments.id))
  )
})

/** @category options */
export interface ReplyToComment {
  /** Any comment of the thread. */
  readonly commentId: number
  readonly actorId: number
  /** Markdown. 1 to 65,536 characters. */
  readonly body: string
}

/** Takes read access. A reply is a review of its own, that comments. Served by the primary keys. @category operations */
export const replyToComment = Effect.fn("Reviews.reply")(function* ({ actorId, body, commentId }: ReplyToComment) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  yield* checkBody(body, { required: true })
  return yield* transaction(
    Effect.gen(function* () {
      const { pull, root } = yield* holdThread({ commentId, actorId })
      const { commitSha, line, path, position, pullRequestId } = root
      const own = { pullRequestId, userId: actorId, commitSha }
      const [review] = yield* run((db) =>
        db
          .insert(pullRequestReviews)
          .values({ ...own, state: "commented", submittedAt: clock })
          .returning()
      )
      const [reply] = yield* run((db) =>
        db
          .insert(reviewComments)
          .values({ ...own, reviewId: review!.id, replyToId: root.id, path, line, position, body })
          .returning()
      )
      yield* tellOfReview(pull, review!, "submitted", actorId)
      return reply!
    })
  )
})

/** @category options */
export interface ResolveThread {
  /** Any comment of the thread. */
  readonly commentId: number
  readonly resolved: boolean
  readonly actorId?: ActorId
}

/**
 * Takes write access, or to be the pull request's author. A thread that is so already stays as it is. Gives its first
 * comment. Served by the primary keys.
 *
 * @category operations
 */
export const resolveThread = Effect.fn("Reviews.resolveThread")(function* (options: ResolveThread) {
  const { actorId, resolved } = options
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  return yield* transaction(
    Effect.gen(function* () {
      const { pull, root } = yield* holdThread(options)
      if (actorId !== undefined && actorId !== pull.authorId) {
        const role = yield* roleOf(actorId, pull.repositoryId)
        if (role === undefined || !includes(role, "write")) {
          return yield* new NotTheAuthor({ what: "thread of a pull request", role: "write" })
        }
      }
      if ((root.resolvedAt !== null) === resolved) return root
      const [changed] = yield* run((db) =>
        db
          .update(reviewComments)
          .set(resolved ? { resolvedAt: clock, resolvedById: actorId } : { resolvedAt: null, resolvedById: null })
          .where(eq(reviewComments.id, root.id))
          .returning()
      )
      yield* recordPullRequestEvent(pull, {
        event: "pull_request_review_thread",
        action: resolved ? "resolved" : "unresolved",
        actorId,
        body: { thread: { comments: [yield* reviewCommentBody(changed!)] } }
      })
      return changed!
    })
  )
})

/** Gives the thread's first comment, and holds its pull request. A comment in somebody's draft is not there. */
const holdThread = Effect.fnUntraced(function* ({
  actorId,
  commentId
}: {
  readonly commentId: number
  readonly actorId?: ActorId
}) {
  const { run } = yield* Database
  const missing = new CommentNotFound({ kind: "review comment", id: commentId })
  const read = Effect.fnUntraced(function* (id: number) {
    const [found] = yield* run((db) =>
      db
        .select({ comment: reviewComments, state: pullRequestReviews.state })
        .from(reviewComments)
        .innerJoin(pullRequestReviews, eq(pullRequestReviews.id, reviewComments.reviewId))
        .where(eq(reviewComments.id, id))
    )
    return found === undefined || found.state === "pending" ? yield* missing : found.comment
  })
  const { pullRequestId } = yield* read(commentId)
  const pull = yield* holdPullRequest(pullRequestId)
  yield* requireRole(actorId, repositoryOf(pull), "read").pipe(
    Effect.catchTag("RepositoryUnknown", () => Effect.fail(missing))
  )
  const comment = yield* read(commentId)
  return { pull, root: comment.replyToId === null ? comment : yield* read(comment.replyToId) }
})
