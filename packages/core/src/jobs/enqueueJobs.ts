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
import { wakeExpression, wakeOrLookAgain } from "../store/wake.ts"
import type { EncodedJob } from "./EncodedJob.ts"
import { jobs } from "./jobsTable.ts"
import { areAlike, sentJobs, type Shape } from "./sentJobs.ts"

/** What the one row of the statement holds: a value for each job, in the order of the list. */
export type EnqueuedRow = readonly [
  wake: unknown,
  ids: ReadonlyArray<number>,
  /** Left out where no job has a key. */
  deduped?: ReadonlyArray<boolean>
]

/** All that the statement's text depends on: it is built once for each, of which there are a handful. */
export interface EnqueueShape extends Shape {
  /** Whether one of the jobs may stand in front of others. What nobody gave a time, and what is folded into nothing, comes last. */
  readonly mayBeFirst: boolean
}

export const shapeOf = (list: ReadonlyArray<EncodedJob>): EnqueueShape => {
  const keyed = list.some(({ dedupeKey }) => dedupeKey !== undefined)
  return {
    alone: list.length === 1,
    keyed,
    alike: areAlike(list),
    mayBeFirst: keyed || list.some(({ at }) => at !== undefined)
  }
}

/** Executed with the `sentValues` of a list whose keys differ: Postgres takes a row for a conflict only once a statement. */
export const enqueueJobs = (store: string, clock: SQL, shape: EnqueueShape): SQL => {
  const { keyed, mayBeFirst } = shape
  const { from, values } = sentJobs(shape)
  const wake = mayBeFirst ? wakeWaiting(store, clock) : wakeExpression(store)
  return sql`
    with enqueued as (
      insert into ${jobs} as job
        (kind, payload, payload_version, dedupe_key, priority, max_attempts, queued_at, process_after)
      select ${values.kind}, ${values.payload}, ${values.payloadVersion}, ${values.key}, ${values.priority},
             ${values.maxAttempts}, ${clock},
             least(${values.at}, ${clock} + ${values.delayMillis} * interval '1 millisecond')
      from ${from}
      order by place
      ${keyed ? fold : sql``}
      returning id${keyed ? sql`, xmax <> 0 as deduped` : sql``}${mayBeFirst ? sql`, process_after, state` : sql``}
    )
    select ${wake} as wake, json_agg(id) as ids${keyed ? sql`, json_agg(deduped) as deduped` : sql``}
    from enqueued`
}

/** For jobs of which one may stand in front of others: its time was given, or it waited before and was moved by a fold. */
export const wakeWaiting = (store: string, clock: SQL): SQL =>
  wakeOrLookAgain({ clock, name: store }, sql`enqueued where state <> 'processing'`)

/** What becomes of a job whose key is taken; the table is named `job`. */
export const fold = sql`
  on conflict (kind, dedupe_key)
    where dedupe_key is not null and state in ('queued', 'errored', 'processing')
  do update set
    payload = excluded.payload,
    payload_version = excluded.payload_version,
    priority = least(job.priority, excluded.priority),
    process_after = case when job.state = 'queued'
      then least(job.process_after, excluded.process_after) else job.process_after end,
    run_again = job.run_again or job.state = 'processing'`
