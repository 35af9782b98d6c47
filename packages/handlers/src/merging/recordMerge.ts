/**
 * Writes that a pull request is merged, and tells the others of its base, in one transaction that holds the
 * repository. Served by the primary key.
 */
import { Database, DatabaseClock } from "@drover/core"
import type { Oid } from "@drover/git"
import { and, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { recordPullRequestEvent } from "../events/recordPullRequestEvent.ts"
import { type PullRequest, requirePullRequest } from "../pullRequests/findPullRequest.ts"
import { recordMoves } from "../pushes/recordMoves.ts"
import { unknownAt } from "../pushes/recordTips.ts"
import { pullRequests } from "../schema/pullRequests.ts"

interface Landed {
  readonly commit: Oid
  /** What was merged into what, as far as it is known. */
  readonly base: string | null
  readonly head: string | null
  readonly actorId?: ActorId
}

/** Gives the merged pull request. */
export const recordMerge = Effect.fnUntraced(function* (held: PullRequest, { actorId, base, commit, head }: Landed) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  yield* run((db) =>
    db
      .update(pullRequests)
      .set({
        ...unknownAt(clock),
        state: "merged",
        mergedAt: clock,
        closedAt: clock,
        mergedById: actorId ?? null,
        mergeCommitSha: commit,
        baseSha: base,
        headSha: head
      })
      .where(and(eq(pullRequests.id, held.id), sql`${pullRequests.state} <> 'merged'`))
  )
  yield* recordMoves({ repositoryId: held.repositoryId, actorId, branches: [held.baseRef] })
  const merged = yield* requirePullRequest(held.id)
  yield* recordPullRequestEvent(merged, { event: "pull_request", action: "closed", actorId })
  return merged
})
