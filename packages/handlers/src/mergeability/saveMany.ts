/**
 * Writes many computed mergeabilities in one statement, each if its row still has what it was computed for: the tips,
 * the base, the draft flag, and what reviews and checks come to. Served by the primary key.
 */
import { Database, DatabaseClock } from "@drover/core"
import { and, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import { changedAt } from "../pullRequests/changedAt.ts"
import { pullRequests } from "../schema/pullRequests.ts"
import type { Seen } from "./lookAtBase.ts"
import type { Mergeability } from "./Mergeability.ts"

export type Computed = Seen & { readonly mergeability: Mergeability }

/** Gives the ids of those that were written. */
export const saveMany = Effect.fnUntraced(function* (computed: ReadonlyArray<Computed>) {
  if (computed.length === 0) return new Set<number>()
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const rows = JSON.stringify(
    computed.map(({ mergeability, pull, refs }) => ({
      id: pull.id,
      base: refs.tips.base,
      head: refs.tips.head,
      base_ref: pull.baseRef,
      draft: pull.draft,
      decision: pull.reviewDecision,
      rollup: pull.checkRollup,
      mergeable: mergeability.mergeable,
      state: mergeability.mergeableState,
      reason: mergeability.mergeableReason,
      rebaseable: mergeability.rebaseable,
      paths: mergeability.conflictedPaths,
      commits: mergeability.commits,
      behind: mergeability.behindBy,
      additions: mergeability.additions,
      deletions: mergeability.deletions,
      files: mergeability.changedFiles
    }))
  )
  const found = sql`jsonb_to_recordset(${rows}::text::jsonb) as found(
    id bigint, base text, head text, base_ref text, draft boolean, decision text, rollup text, mergeable boolean,
    state text, reason text, rebaseable boolean, paths text[], commits int, behind int, additions int, deletions int,
    files int)`
  const written = yield* run((db) =>
    db
      .update(pullRequests)
      .set({
        mergeable: sql`found.mergeable`,
        mergeableState: sql`found.state`,
        mergeableReason: sql`found.reason`,
        rebaseable: sql`found.rebaseable`,
        conflictedPaths: sql`found.paths`,
        commits: sql`found.commits`,
        behindBy: sql`found.behind`,
        additions: sql`found.additions`,
        deletions: sql`found.deletions`,
        changedFiles: sql`found.files`,
        mergeabilityCheckedAt: clock,
        updatedAt: changedAt(clock)
      })
      .from(found)
      .where(
        and(
          eq(pullRequests.id, sql`found.id`),
          sql`${pullRequests.baseSha} is not distinct from found.base`,
          sql`${pullRequests.headSha} is not distinct from found.head`,
          sql`${pullRequests.baseRef} = found.base_ref`,
          sql`${pullRequests.draft} = found.draft`,
          sql`${pullRequests.reviewDecision} is not distinct from found.decision`,
          sql`${pullRequests.checkRollup} = found.rollup`,
          sql`${pullRequests.state} <> 'merged'`
        )
      )
      .returning({ id: pullRequests.id })
  )
  return new Set(written.map(({ id }) => id))
})
