/**
 * Comments on a pull request as a whole. A merged or closed one can be commented on as well.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, asc, eq, gt } from "drizzle-orm"
import { Effect } from "effect"
import { type ActorId, includes, roleOf } from "../access/requireRole.ts"
import { requirePullRequest } from "../pullRequests/findPullRequest.ts"
import { requireReadable } from "../pullRequests/requireReadable.ts"
import { pullRequestComments } from "../schema/reviews.ts"
import { checkBody } from "./checkBody.ts"
import { CommentNotFound, CommentRejected, NotTheAuthor } from "./CommentError.ts"
import { tellOfComment } from "./tellOfComment.ts"

/** @category options */
export interface AddComment {
  readonly pullRequestId: number
  /** Markdown. 1 to 65,536 characters. */
  readonly body: string
  /** With a key that the pull request has already, the first comment is given and none is made. Defaults to none. */
  readonly idempotencyKey?: string | undefined
  readonly actorId?: ActorId
}

/** Takes read access. Served by `pull_request_comments_idempotency_key`. @category operations */
export const addComment = Effect.fn("Comments.add")(function* (options: AddComment) {
  const { actorId, body, idempotencyKey, pullRequestId } = options
  const { run, transaction } = yield* Database
  const pull = yield* requireReadable(pullRequestId, actorId)
  yield* checkBody(body, { required: true })
  if (idempotencyKey !== undefined && !/^\P{Cc}{1,255}$/u.test(idempotencyKey)) {
    return yield* new CommentRejected({ field: "idempotency key", rule: "must be one line of 1 to 255 characters" })
  }
  const { idempotencyKey: key, pullRequestId: pullKey } = pullRequestComments
  return yield* transaction(
    Effect.gen(function* () {
      const [made] = yield* run((db) =>
        db
          .insert(pullRequestComments)
          .values({ pullRequestId, userId: actorId, body, idempotencyKey })
          .onConflictDoNothing({ target: [pullKey, key] })
          .returning()
      )
      if (made !== undefined) {
        yield* tellOfComment(pull, made, "created", actorId)
        return made
      }
      const [found] = yield* run((db) =>
        db
          .select()
          .from(pullRequestComments)
          .where(and(eq(pullKey, pullRequestId), eq(key, idempotencyKey!)))
      )
      return found!
    })
  )
})

/** @category options */
export interface OneComment {
  readonly commentId: number
  readonly actorId?: ActorId
}

/** Only its author or an admin may. Served by the primary key. @category operations */
export const editComment = Effect.fn("Comments.edit")(function* ({
  body,
  ...one
}: OneComment & { readonly body: string }) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  yield* checkBody(body, { required: true })
  return yield* transaction(
    Effect.gen(function* () {
      const { comment, pull } = yield* holdComment(one)
      if (comment.body === body) return comment
      const [edited] = yield* run((db) =>
        db
          .update(pullRequestComments)
          .set({ body, updatedAt: clock })
          .where(eq(pullRequestComments.id, comment.id))
          .returning()
      )
      yield* tellOfComment(pull, edited!, "edited", one.actorId, { changes: { body: { from: comment.body } } })
      return edited!
    })
  )
})

/** Only its author or an admin may. Served by the primary key. @category operations */
export const deleteComment = Effect.fn("Comments.delete")(function* (one: OneComment) {
  const { run, transaction } = yield* Database
  yield* transaction(
    Effect.gen(function* () {
      const { comment, pull } = yield* holdComment(one)
      yield* run((db) => db.delete(pullRequestComments).where(eq(pullRequestComments.id, comment.id)))
      yield* tellOfComment(pull, comment, "deleted", one.actorId)
    })
  )
})

const holdComment = Effect.fnUntraced(function* ({ actorId, commentId }: OneComment) {
  const { run } = yield* Database
  const [comment] = yield* run((db) =>
    db.select().from(pullRequestComments).where(eq(pullRequestComments.id, commentId)).for("update")
  )
  const missing = new CommentNotFound({ kind: "comment", id: commentId })
  if (comment === undefined) return yield* missing
  const pull = yield* requirePullRequest(comment.pullRequestId)
  if (actorId !== undefined) {
    const role = yield* roleOf(actorId, pull.repositoryId)
    if (role === undefined) return yield* missing
    if (comment.userId !== actorId && !includes(role, "admin")) {
      return yield* new NotTheAuthor({ what: "comment", role: "admin" })
    }
  }
  return { comment, pull }
})

/** @category options */
export interface ListComments {
  readonly pullRequestId: number
  /** The id of the last comment of the page before. Defaults to none: the first page. */
  readonly after?: number | undefined
  /** 1 to 100. Defaults to 100. */
  readonly limit?: number | undefined
  readonly actorId?: ActorId
}

/** The oldest first. Takes read access. Served by `pull_request_comments_pull_idx`. @category operations */
export const listComments = Effect.fn("Comments.list")(function* (options: ListComments) {
  const { actorId, after = 0, limit = 100, pullRequestId } = options
  const { run } = yield* Database
  yield* requireReadable(pullRequestId, actorId)
  return yield* run((db) =>
    db
      .select()
      .from(pullRequestComments)
      .where(and(eq(pullRequestComments.pullRequestId, pullRequestId), gt(pullRequestComments.id, after)))
      .orderBy(asc(pullRequestComments.id))
      .limit(Math.min(100, Math.max(1, Math.trunc(limit))))
  )
})
