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
import { jobs } from "./jobsTable.ts"

/** A job as the table stores it. */
export interface EncodedJob {
  readonly kind: string
  /** JSON text. */
  readonly payload: string
  readonly payloadVersion: number
  readonly dedupeKey: string | undefined
  readonly priority: number
  readonly maxAttempts: number
  /** A moment as ISO 8601 text. */
  readonly at: string | undefined
  readonly delayMillis: number
}

/** Keys must differ within one call: Postgres folds a row into another only once a statement. */
export const enqueueJobs = (store: string, clock: SQL, list: ReadonlyArray<EncodedJob>): SQL => {
  const column = (name: keyof typeof jobs._.columns) => sql.identifier(jobs[name].name)
  const values = <A>(pick: (job: EncodedJob) => A, type: string): SQL =>
    sql`${sql.param(list.map(pick))}::${sql.raw(type)}[]`
  const running = sql`${jobs.state} = 'processing'`
  return sql`
    with enqueued as (
      insert into ${jobs} (${sql.join(
        (
          [
            "kind",
            "payload",
            "payloadVersion",
            "dedupeKey",
            "priority",
            "maxAttempts",
            "queuedAt",
            "processAfter"
          ] as const
        ).map(column),
        sql`, `
      )})
      select kind, payload::jsonb, version, key, priority, attempts, ${clock},
             coalesce(at::timestamptz, ${clock} + delay * interval '1 millisecond')
      from unnest(
        ${values((job) => job.kind, "text")},
        ${values((job) => job.payload, "text")},
        ${values((job) => job.payloadVersion, "int")},
        ${values((job) => job.dedupeKey ?? null, "text")},
        ${values((job) => job.priority, "int")},
        ${values((job) => job.maxAttempts, "int")},
        ${values((job) => job.at ?? null, "text")},
        ${values((job) => job.delayMillis, "float8")}
      ) with ordinality as job(kind, payload, version, key, priority, attempts, at, delay, place)
      order by place
      on conflict (${column("kind")}, ${column("dedupeKey")})
        where ${column("dedupeKey")} is not null and ${column("state")} in ('queued', 'errored', 'processing')
      do update set
        ${column("payload")} = excluded.payload,
        ${column("payloadVersion")} = excluded.payload_version,
        ${column("priority")} = least(${jobs.priority}, excluded.priority),
        ${column("processAfter")} = case when ${jobs.state} = 'queued'
          then least(${jobs.processAfter}, excluded.process_after) else ${jobs.processAfter} end,
        ${column("runAgain")} = ${jobs.runAgain} or ${running}
      returning ${jobs.id} as id, ${jobs.kind} as kind, ${jobs.dedupeKey} as key, xmax <> 0 as deduped
    )
    select id, kind, key, deduped, ${wakeExpression(store)} as wake from enqueued`
}
