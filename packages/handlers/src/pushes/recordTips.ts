/**
 * Notes where the branches of pull requests stand, in one statement. What was
 * computed for other tips is forgotten in it: nobody ever reads an answer about
 * commits that are not there. Served by the primary key.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq, type SQL, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { Tips } from "../mergeability/Mergeability.ts"
import { pullRequests } from "../schema/pullRequests.ts"

/** The caller holds the rows, and has read the tips since. Those that have not moved are left alone. */
export const recordTips = Effect.fnUntraced(function* (pulls: ReadonlyArray<Tips & { readonly id: number }>) {
  if (pulls.length === 0) return
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const column = (pick: (pull: (typeof pulls)[number]) => number | string | null, type: "bigint" | "text") =>
    sql`${sql.param(pulls.map(pick))}::${sql.raw(type)}[]`
  const seen = sql`unnest(
    ${column(({ id }) => id, "bigint")},
    ${column(({ base }) => base, "text")},
    ${column(({ head }) => head, "text")}
  ) as seen(id, base, head)`
  yield* run((db) =>
    db
      .update(pullRequests)
      .set({ baseSha: sql`seen.base`, headSha: sql`seen.head`, ...unknownAt(clock) })
      .from(seen)
      .where(
        and(
          eq(pullRequests.id, sql`seen.id`),
          sql`(${pullRequests.baseSha}, ${pullRequests.headSha}) is distinct from (seen.base, seen.head)`
        )
      )
  )
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
