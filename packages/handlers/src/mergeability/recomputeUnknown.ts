/**
 * Repairs what was missed: pull requests that wait for a computation that nobody makes, and pushes that nobody
 * recorded. To be run from time to time.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, asc, eq, inArray, sql } from "drizzle-orm"
import { Duration, Effect } from "effect"
import { recordMissedPushes } from "../pushes/recordMissedPushes.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import { RecomputeMergeability } from "./RecomputeMergeability.ts"

/** @category options */
export interface RecomputeUnknown {
  /**
   * How long a pull request may wait for its computation before it is enqueued again, and how long a repository's
   * branches are trusted before they are looked at again.
   */
  readonly olderThan: Duration.Input
  /** How many pull requests, and how many repositories, are looked at, those that wait for longest first. */
  readonly limit: number
}

/** Gives the ids of the pull requests that are computed anew. @category operations */
export const recomputeUnknown = Effect.fn("Mergeability.recomputeUnknown")(function* ({
  limit,
  olderThan
}: RecomputeUnknown) {
  const age = Duration.fromInputUnsafe(olderThan)
  const moved = yield* recordMissedPushes({ olderThan: age, limit })
  const unknown = yield* askAgain({ olderThan: age, limit })
  return { moved, unknown }
})

/**
 * Passes over those that somebody works on, and notes when it asked, so that one whose job keeps failing is asked for
 * once in that time. Served by `pull_requests_unknown_idx`.
 */
const askAgain = Effect.fnUntraced(function* ({
  limit,
  olderThan
}: {
  readonly limit: number
  readonly olderThan: Duration.Duration
}) {
  const { run, transaction } = yield* Database
  const clock = yield* DatabaseClock
  const { id, mergeabilityRequestedAt, mergeableState, state } = pullRequests
  return yield* transaction(
    Effect.gen(function* () {
      const asked = yield* run((db) =>
        db
          .update(pullRequests)
          .set({ mergeabilityRequestedAt: clock })
          .where(
            inArray(
              id,
              db
                .select({ id })
                .from(pullRequests)
                .where(
                  and(
                    eq(mergeableState, "unknown"),
                    sql`${state} <> 'merged'`,
                    sql`${mergeabilityRequestedAt} <= ${clock} - ${Duration.toMillis(olderThan)}::float8 * interval '1 millisecond'`
                  )
                )
                .orderBy(asc(mergeabilityRequestedAt))
                .limit(limit)
                .for("update", { skipLocked: true })
            )
          )
          .returning({ pullRequestId: id })
      )
      yield* RecomputeMergeability.enqueueAll(asked)
      return asked.map(({ pullRequestId }) => pullRequestId)
    })
  )
})
