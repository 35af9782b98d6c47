/**
 * Notes where a pull request's branches stand. What was computed for other
 * tips is forgotten in the same statement: nobody ever reads an answer about
 * commits that are not there. Served by the primary key.
 */
import { Database } from "@drover/core"
import { and, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { Tips } from "../mergeability/Mergeability.ts"
import { pullRequests } from "../schema/pullRequests.ts"

/** Answers whether a tip had moved. */
export const recordTips = ({ id }: { readonly id: number }, { base, head }: Tips) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db
          .update(pullRequests)
          .set({ baseSha: base, headSha: head, ...unknown })
          .where(
            and(
              eq(pullRequests.id, id),
              sql`(${pullRequests.baseSha}, ${pullRequests.headSha}) is distinct from (${base}::text, ${head}::text)`
            )
          )
          .returning({ id: pullRequests.id })
      ),
      ({ length }) => length > 0
    )
  )

/** What a pull request is set to when what was known of it no longer holds. */
export const unknown = {
  mergeable: null,
  mergeableState: "unknown",
  mergeableReason: null,
  rebaseable: null,
  mergeabilityCheckedAt: null,
  updatedAt: sql`statement_timestamp()`
} as const
