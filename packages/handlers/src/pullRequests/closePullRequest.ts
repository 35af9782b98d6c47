/**
 * Closes a pull request without merging it.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { recordPullRequestEvent } from "../events/recordPullRequestEvent.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import { changedAt } from "./changedAt.ts"
import { requirePullRequest } from "./findPullRequest.ts"
import { holdPullRequest } from "./locks.ts"
import { requireAuthorOrWriter } from "./requireAuthorOrWriter.ts"
import { requireOpen } from "./requireOpen.ts"

/**
 * Who closes or reopens it: its author, or somebody with the role `write`.
 *
 * @category options
 */
export interface ActedBy {
  readonly actorId?: ActorId
}

/**
 * A closed one stays as it is. Whether it could be merged does not depend on this, so nothing is computed.
 *
 * @category operations
 */
export const closePullRequest = Effect.fn("PullRequests.close")(function* (
  pullRequestId: number,
  { actorId }: ActedBy = {}
) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  return yield* transaction(
    Effect.gen(function* () {
      const pull = yield* holdPullRequest(pullRequestId)
      yield* requireAuthorOrWriter(actorId, pull)
      if (pull.state === "closed") return pull
      yield* requireOpen(pull)
      yield* run((db) =>
        db
          .update(pullRequests)
          .set({ state: "closed", closedAt: clock, updatedAt: changedAt(clock) })
          .where(and(eq(pullRequests.id, pull.id), eq(pullRequests.state, "open")))
      )
      const closed = yield* requirePullRequest(pullRequestId)
      yield* recordPullRequestEvent(closed, { event: "pull_request", action: "closed", actorId })
      return closed
    })
  )
})
