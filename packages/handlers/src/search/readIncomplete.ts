/**
 * The repositories among those searched whose index does not have everything.
 */
import { Database } from "@drover/core"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import type { SearchQuery } from "./SearchQuery.ts"
import { visibleRepositories } from "./searchSql.ts"

/** Of these, no more are told. */
const SHOWN = 100

/** @category models */
export interface IncompleteRepository {
  readonly repository: string
  /** `unindexed`: never yet. `failed`: the index is that of an earlier commit, or empty. `partial`: some files are left out. */
  readonly status: "unindexed" | "failed" | "partial"
  /** In words. Why an attempt failed is for the operator alone: it may tell of this host. */
  readonly reason: string
}

/** In the order of their names; at most 100. Served by the primary keys. */
export const readIncomplete = (query: SearchQuery, actorId: ActorId) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db.execute<{ name: string; indexed: boolean; error: string | null; reason: string | null }>(sql`
          select name, indexed_at is not null as indexed, error, incomplete_reason as reason
          from (${visibleRepositories(query, actorId)}) as visible
          where indexed_at is null or error is not null or incomplete_reason is not null
          order by name collate "C" limit ${SHOWN}`)
      ),
      (rows) =>
        rows.map(({ error, indexed, name, reason }): IncompleteRepository => {
          if (error !== null) {
            const why = actorId === undefined ? `: ${error}` : ""
            return { repository: name, status: "failed", reason: `it could not be indexed${why}` }
          }
          return indexed
            ? { repository: name, status: "partial", reason: reason ?? "" }
            : { repository: name, status: "unindexed", reason: "it is not indexed yet" }
        })
    )
  )
