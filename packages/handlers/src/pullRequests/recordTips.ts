/**
 * Notes where a pull request's branches stand. What was computed for other
 * tips is forgotten in the same statement: nobody ever reads an answer about
 * commits that are not there. Served by the primary key.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq, type SQL, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { Tips } from "../mergeability/Mergeability.ts"
import { pullRequests } from "../schema/pullRequests.ts"

/** Answers whether a tip had moved. The caller holds the row, and has read the tips since. */
export const recordTips = Effect.fnUntraced(function* ({ id }: { readonly id: number }, { base, head }: Tips) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const written = yield* run((db) =>
    db
      .update(pullRequests)
      .set({ baseSha: base, headSha: head, ...unknownAt(clock) })
      .where(
        and(
          eq(pullRequests.id, id),
          sql`(${pullRequests.baseSha}, ${pullRequests.headSha}) is distinct from (${base}::text, ${head}::text)`
        )
      )
      .returning({ id: pullRequests.id })
  )
  return written.length > 0
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
    updatedAt: clock
  }) as const
