/**
 * Notes where the branches of pull requests stand, in one statement. What was
 * computed for other tips is forgotten in it: nobody ever reads an answer about
 * commits that are not there, nor the verdict on an old head as the new one's.
 * Served by the primary key.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq, type SQL, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { Tips } from "../mergeability/Mergeability.ts"
import { changedAt } from "../pullRequests/changedAt.ts"
import { pullRequests } from "../schema/pullRequests.ts"

/**
 * The caller holds the rows, and has read the tips since. Those that have not moved are left alone.
 *
 * Gives the ids of those whose head is another: nothing is known of their reviews and checks, and the caller has that
 * found out, in the same transaction.
 */
export const recordTips = Effect.fnUntraced(function* (pulls: ReadonlyArray<Tips & { readonly id: number }>) {
  if (pulls.length === 0) return new Set<number>()
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const column = (pick: (pull: (typeof pulls)[number]) => number | string | null, type: "bigint" | "text") =>
    sql`${sql.param(pulls.map(pick))}::${sql.raw(type)}[]`
  const seen = sql`unnest(
    ${column(({ id }) => id, "bigint")},
    ${column(({ base }) => base, "text")},
    ${column(({ head }) => head, "text")}
  ) as seen(id, base, head) join pull_requests as before on before.id = seen.id`
  const headMoved = sql<boolean>`before.head_sha is distinct from seen.head`
  const unlessMoved = (kept: SQL, otherwise: SQL) => sql`case when ${headMoved} then ${otherwise} else ${kept} end`
  const moved = yield* run((db) =>
    db
      .update(pullRequests)
      .set({
        baseSha: sql`seen.base`,
        headSha: sql`seen.head`,
        ...unknownAt(clock),
        reviewDecision: unlessMoved(sql`before.review_decision`, sql`null`),
        checkRollup: unlessMoved(sql`before.check_rollup`, sql`${undecided.checkRollup}`),
        reviewsCheckedAt: unlessMoved(sql`before.reviews_checked_at`, sql`null`)
      })
      .from(seen)
      .where(
        and(
          eq(pullRequests.id, sql`seen.id`),
          sql`(${pullRequests.baseSha}, ${pullRequests.headSha}) is distinct from (seen.base, seen.head)`
        )
      )
      .returning({ id: pullRequests.id, headMoved })
  )
  return new Set(moved.filter((one) => one.headMoved).map(({ id }) => id))
})

/** What a pull request is set to when what was known of it no longer holds. */
export const unknownAt = (clock: SQL) =>
  ({
    mergeable: null,
    mergeableState: "unknown",
    mergeableReason: null,
    rebaseable: null,
    mergeabilityCheckedAt: null,
    mergeabilityRequestedAt: clock,
    updatedAt: changedAt(clock)
  }) as const

/** What reviews and checks come to while nobody has looked at those of the head. */
export const undecided = { reviewDecision: null, checkRollup: "expected", reviewsCheckedAt: null } as const
