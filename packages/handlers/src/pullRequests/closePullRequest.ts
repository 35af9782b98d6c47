/**
 * Closes a pull request without merging it.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq } from "drizzle-orm"
import { Effect } from "effect"
import { pullRequests } from "../schema/pullRequests.ts"
import { requirePullRequest } from "./findPullRequest.ts"
import { holdPullRequest } from "./locks.ts"
import { requireOpen } from "./requireOpen.ts"

/**
 * A closed one stays as it is. Whether it could be merged does not depend on this, so nothing is computed.
 *
 * @category operations
 */
export const closePullRequest = Effect.fn("PullRequests.close")(function* (pullRequestId: number) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  return yield* transaction(
    Effect.gen(function* () {
      const pull = yield* holdPullRequest(pullRequestId)
      if (pull.state === "closed") return pull
      yield* requireOpen(pull)
      yield* run((db) =>
        db
          .update(pullRequests)
          .set({ state: "closed", updatedAt: clock })
          .where(and(eq(pullRequests.id, pull.id), eq(pullRequests.state, "open")))
      )
      return yield* requirePullRequest(pullRequestId)
    })
  )
})
