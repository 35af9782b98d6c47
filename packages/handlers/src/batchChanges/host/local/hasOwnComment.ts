/**
 * Whether somebody has said something on a pull request of the forge.
 */
import { Database } from "@drover/core"
import { and, eq, isNull, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../../../access/requireRole.ts"
import { pullRequestComments } from "../../../schema/reviews.ts"

/** Letter by letter, in a comment of the actor's own. Served by `pull_request_comments_pull_idx`. */
export const hasOwnComment = Effect.fnUntraced(function* (pullRequestId: number, text: string, actorId: ActorId) {
  const { run } = yield* Database
  const { body, id, userId } = pullRequestComments
  const found = yield* run((db) =>
    db
      .select({ id })
      .from(pullRequestComments)
      .where(
        and(
          eq(pullRequestComments.pullRequestId, pullRequestId),
          actorId === undefined ? isNull(userId) : eq(userId, actorId),
          sql`strpos(${body}, ${text}) > 0`
        )
      )
      .limit(1)
  )
  return found.length > 0
})
