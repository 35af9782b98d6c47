/**
 * Writes a computed mergeability, if the row still has the tips, the base and the draft flag that it was computed for.
 * What reviews and checks come to was read while the caller held the row. Served by the primary key.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { changedAt } from "../pullRequests/changedAt.ts"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import type { Mergeability, Tips } from "./Mergeability.ts"

/** Answers whether it was written. */
export const saveMergeability = Effect.fnUntraced(function* (
  pull: PullRequest,
  tips: Tips,
  mergeability: Mergeability
) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const written = yield* run((db) =>
    db
      .update(pullRequests)
      .set({ ...mergeability, mergeabilityCheckedAt: clock, updatedAt: changedAt(clock) })
      .where(
        and(
          eq(pullRequests.id, pull.id),
          sql`${pullRequests.baseSha} is not distinct from ${tips.base}::text`,
          sql`${pullRequests.headSha} is not distinct from ${tips.head}::text`,
          eq(pullRequests.baseRef, pull.baseRef),
          eq(pullRequests.draft, pull.draft),
          sql`${pullRequests.state} <> 'merged'`
        )
      )
      .returning({ id: pullRequests.id })
  )
  return written.length > 0
})
