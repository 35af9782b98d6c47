import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { pullRequestBody, userBody } from "../events/bodies.ts"
import { recordEvent } from "../events/recordEvent.ts"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import type { pullRequestComments } from "../schema/reviews.ts"

/** @category models */
export type Comment = typeof pullRequestComments.$inferSelect

/** Tells it as GitHub does, for which a pull request is an issue too. The caller has a transaction open. */
export const tellOfComment = Effect.fnUntraced(function* (
  pull: PullRequest,
  comment: Comment,
  action: "created" | "edited" | "deleted",
  actorId: ActorId,
  more: Readonly<Record<string, unknown>> = {}
) {
  const { body, createdAt: created_at, id, updatedAt: updated_at, userId } = comment
  const { number, state, title, user } = yield* pullRequestBody(pull)
  return yield* recordEvent({
    event: "issue_comment",
    action,
    repositoryId: pull.repositoryId,
    pullRequestId: pull.id,
    actorId,
    body: {
      ...more,
      issue: { number, title, state, user, pull_request: {} },
      comment: { id, body, user: yield* userBody(userId), created_at, updated_at }
    }
  })
})
