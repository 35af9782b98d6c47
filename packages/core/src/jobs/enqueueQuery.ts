/**
 * Enqueues a job for every row of a query in one statement, and wakes a worker when they commit.
 *
 * Rows with equal keys fold as they would had they been enqueued one after the
 * other, in the order of the query: the last one's payload stays. Then each
 * folds into a job that has its key as in `enqueueJobs`; in the same order of
 * keys, so that two bulk enqueues cannot deadlock.
 *
 * Served by `jobs_dedupe_idx`; what serves the query is up to it.
 */
import { type SQL, sql } from "drizzle-orm"
import type { EncodedQuery } from "./EncodedQuery.ts"
import { fold, wakeWaiting } from "./enqueueJobs.ts"
import { jobs } from "./jobsTable.ts"

/**
 * What became of the rows of a query.
 *
 * @category models
 */
export type EnqueuedFrom = {
  /** New jobs. */
  readonly enqueued: number
  /** Rows that were folded into a job that waits or runs, or into one of another row. */
  readonly deduped: number
}

export const enqueueQuery = (store: string, clock: SQL, query: EncodedQuery): SQL => {
  const wake = sql`case when count(*) > 0 then ${wakeWaiting(store, clock)} end`
  return query.dedupeKey === undefined
    ? sql`
      with enqueued as (${insert(clock, query, query.payload, sql`null`, query.from)} returning process_after, state)
      select count(*)::int as enqueued, 0 as deduped, ${wake} as wake from enqueued`
    : sql`
      with picked as materialized (
        select ${query.payload} as payload, ${query.dedupeKey} as key, row_number() over () as place from ${query.from}
      ),
      folded as (
        select distinct on (key, ${ownPlace}) payload, key, ${ownPlace} as place
        from picked
        order by key nulls first, ${ownPlace}, picked.place desc
      ),
      enqueued as (
        ${insert(clock, query, sql`payload`, sql`key`, sql`folded order by key nulls first, place`)}
        ${fold}
        returning xmax <> 0 as deduped, process_after, state
      )
      select count(*) filter (where not deduped)::int as enqueued,
             ((select count(*) from picked) - count(*) filter (where not deduped))::int as deduped,
             ${wake} as wake
      from enqueued`
}

/** Rows without a key are not folded, and keep their order. */
const ownPlace = sql`(case when key is null then picked.place end)`

const insert = (clock: SQL, query: EncodedQuery, payload: SQL, key: SQL, from: SQL): SQL => sql`
  insert into ${jobs} as job
    (kind, payload, payload_version, dedupe_key, priority, max_attempts, queued_at, process_after)
  select ${query.kind}::text, ${payload}, ${query.payloadVersion}::int, ${key}, ${query.priority}::int,
         ${query.maxAttempts}::int, ${clock},
         least(${query.at?.toISOString() ?? null}::timestamptz,
               ${clock} + ${query.delayMillis ?? null}::float8 * interval '1 millisecond')
  from ${from}`
