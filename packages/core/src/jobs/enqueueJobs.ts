/**
 * Enqueues any number of jobs in one statement, and wakes a worker when they commit.
 *
 * A job whose key is taken folds into the job that has it:
 *
 * - queued: that job will see this trigger. It takes the newer payload, the earlier time and the better priority.
 * - errored: the same, but its rest is kept; whoever asked for the rest knew why.
 * - processing: it may have read the old state already, so it is queued once more when it ends.
 *
 * The fold locks that job's row until the caller commits. That is its point:
 * the job cannot start between this trigger and the commit that the trigger speaks of.
 *
 * Served by `jobs_dedupe_idx`.
 */
import { type SQL, sql } from "drizzle-orm"
import { wakeExpression } from "../store/wake.ts"
import type { EncodedJob } from "./EncodedJob.ts"
import { jobs } from "./jobsTable.ts"

/** What the statement answers for each job. */
export interface EnqueuedRow extends Record<string, unknown> {
  readonly id: string
  readonly kind: string
  readonly key: string | null
  readonly deduped: boolean
}

/** Keys must differ within `list`: Postgres takes a row for a conflict only once a statement. */
export const enqueueJobs = (store: string, clock: SQL, list: ReadonlyArray<EncodedJob>): SQL => {
  const values = (pick: (job: EncodedJob) => unknown) => sql.param(list.map((job) => pick(job) ?? null))
  return sql`
    with enqueued as (
      insert into ${jobs} as job
        (kind, payload, payload_version, dedupe_key, priority, max_attempts, queued_at, process_after)
      select kind, payload::jsonb, version, key, priority, attempts, ${clock},
             least(at, ${clock} + delay * interval '1 millisecond')
      from unnest(
        ${values((job) => job.kind)}::text[],
        ${values((job) => job.payload)}::text[],
        ${values((job) => job.payloadVersion)}::int[],
        ${values((job) => job.dedupeKey)}::text[],
        ${values((job) => job.priority)}::int[],
        ${values((job) => job.maxAttempts)}::int[],
        ${values((job) => job.at?.toISOString())}::timestamptz[],
        ${values((job) => job.delayMillis)}::float8[]
      ) with ordinality as sent(kind, payload, version, key, priority, attempts, at, delay, place)
      order by place
      on conflict (kind, dedupe_key)
        where dedupe_key is not null and state in ('queued', 'errored', 'processing')
      do update set
        payload = excluded.payload,
        payload_version = excluded.payload_version,
        priority = least(job.priority, excluded.priority),
        process_after = case when job.state = 'queued'
          then least(job.process_after, excluded.process_after) else job.process_after end,
        run_again = job.run_again or job.state = 'processing'
      returning id, kind, dedupe_key as key, xmax <> 0 as deduped
    )
    select id, kind, key, deduped, ${wakeExpression(store)} as wake from enqueued`
}
