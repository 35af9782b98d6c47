/** The job queue, as tests look at it. */
import { Database, DatabaseUnavailable, JobQueue, JobRuntime, jobs } from "@drover/core"
import { like, sql } from "drizzle-orm"
import { Effect } from "effect"
import { recomputeBaseHandler, recomputeMergeabilityHandler, recomputeReviewDecisionHandler } from "../../src/index.ts"

export const handlers = [recomputeMergeabilityHandler, recomputeBaseHandler, recomputeReviewDecisionHandler]

/** Forgets every job. */
export const noJobs = Database.use(({ run }) => run((db) => db.delete(jobs)))

/** Those that compute mergeability. */
export const allJobs = Database.use(({ run }) =>
  run((db) => db.select().from(jobs).where(like(jobs.kind, "recompute_mergeability%")).orderBy(jobs.id))
)

/** The pull requests that a job waits for, in order. */
export const waiting = Effect.map(allJobs, (rows) =>
  rows
    .filter(({ kind, state }) => state === "queued" && kind === "recompute_mergeability")
    .map(({ payload }) => (payload as { readonly pullRequestId: number }).pullRequestId)
    .toSorted((a, b) => a - b)
)

/** Runs what waits, one after the other, until nothing is due. */
export const runAll = JobRuntime.runOnce({ handlers }).pipe(Effect.repeat({ while: (worked) => worked }))

/** Ends the rest between attempts. */
export const dueNow = Database.use(({ run }) =>
  run((db) => db.update(jobs).set({ processAfter: sql`statement_timestamp()` }))
)

/** Waits, by asking, until every job has come to its end. */
export const settled = allJobs.pipe(
  Effect.repeat({ until: (rows) => rows.every(({ state }) => state === "completed" || state === "failed") })
)

/** The database goes away when a job is enqueued. */
export const withoutQueue = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  const gone = () =>
    Effect.fail(
      new DatabaseUnavailable({ code: "CONNECTION_CLOSED", retryable: true, reason: "gone", cause: undefined })
    )
  return Effect.flatMap(JobQueue, (queue) =>
    Effect.provideService(effect, JobQueue, { ...queue, enqueue: gone, enqueueFrom: gone })
  )
}

/** Waits, by asking, until so many statements wait for a lock. */
export const untilBlockedAre = (count: number) =>
  Database.use(({ control }) =>
    control((db) =>
      db.execute(sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`)
    ).pipe(Effect.repeat({ until: (rows) => rows.length >= count }))
  )

/** Waits, by asking, until some statement waits for a lock. */
export const untilBlocked = untilBlockedAre(1)
