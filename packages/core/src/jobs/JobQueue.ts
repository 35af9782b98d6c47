/**
 * The queue of jobs, for producers. Needs no worker and no handlers.
 */
import { Context, type Duration, Effect, Layer } from "effect"
import { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import { make as makeStore } from "../store/makeWorkStore.ts"
import type { InvalidOptions } from "../options/InvalidOptions.ts"
import type { WorkStore } from "../store/WorkStore.ts"
import * as Order from "../table/Order.ts"
import { DatabaseClock } from "../table/DatabaseClock.ts"
import { type EncodedJob, foldEqualKeys, keyOf } from "./EncodedJob.ts"
import { type EnqueuedRow, enqueueJobs } from "./enqueueJobs.ts"
import { type JobRow, jobs } from "./jobsTable.ts"

/** @category models */
export interface Enqueued {
  /** The job that will do the work: the new one, or the one that this one was folded into. */
  readonly id: number
  /** Whether a waiting or running job of the kind had the same key. */
  readonly deduped: boolean
}

/** The store of the jobs table. */
export type JobStore = WorkStore<JobRow, number, "jobs", typeof jobs.$inferInsert>

/** The name of the jobs table's store in logs, metrics and wake-ups. */
export const JOBS = "jobs"

/** @category options */
export interface JobQueueOptions {
  /** How long after its last heartbeat a job's worker counts as dead. Defaults to 30 seconds; to the millisecond. */
  readonly stalledMaxAge?: Duration.Input | undefined
  /** How often a job may be taken back from dead workers before it is `failed`. Defaults to 5. */
  readonly maxNumResets?: number | undefined
}

/** @category services */
export class JobQueue extends Context.Service<
  JobQueue,
  {
    /** For people and dashboards: counts, cancel, requeue. */
    readonly store: JobStore
    /**
     * Enqueues jobs of any kinds in one statement of the ambient transaction: all or none. Answers in the order
     * of `jobs`. For jobs of one kind use `JobKind.enqueue`; for several, encode each with `JobKind.encode`.
     */
    readonly enqueue: (jobs: ReadonlyArray<EncodedJob>) => Effect.Effect<ReadonlyArray<Enqueued>, DatabaseError>
  }
>()("@drover/core/jobs/JobQueue") {
  static readonly layerWith = (options: JobQueueOptions): Layer.Layer<JobQueue, InvalidOptions, Database> =>
    Layer.effect(
      JobQueue,
      Effect.suspend(() => make(options))
    )

  /** With every default. */
  static readonly layer: Layer.Layer<JobQueue, InvalidOptions, Database> = JobQueue.layerWith({})
}

/** @category constructors */
export const make = Effect.fnUntraced(function* (options: JobQueueOptions) {
  const database = yield* Database
  const clock = yield* DatabaseClock
  const store: JobStore = yield* makeStore({
    ...options,
    name: JOBS,
    table: jobs,
    orderBy: [Order.asc(jobs.priority), Order.asc(jobs.processAfter), Order.asc(jobs.id)]
  })

  const enqueue = Effect.fn("JobQueue.enqueue")(function* (list: ReadonlyArray<EncodedJob>) {
    if (list.length === 0) return []
    const statement = enqueueJobs(JOBS, clock, foldEqualKeys(list))
    return answers(list, yield* database.run((db) => db.execute<EnqueuedRow>(statement)))
  })
  return JobQueue.of({ store, enqueue })
})

/** Rows without a key come back in the order they were sent; the others are found by their key. */
const answers = (list: ReadonlyArray<EncodedJob>, rows: ReadonlyArray<EnqueuedRow>): ReadonlyArray<Enqueued> => {
  const unkeyed = rows.filter(({ key }) => key === null)
  const byKey = new Map(rows.flatMap((row) => (row.key === null ? [] : [[keyOf(row.kind, row.key), row]])))
  const answered = new Set<EnqueuedRow>()
  let next = 0
  return list.map(({ dedupeKey, kind }) => {
    const row = dedupeKey === undefined ? unkeyed[next++]! : byKey.get(keyOf(kind, dedupeKey))!
    const deduped = row.deduped || answered.has(row)
    answered.add(row)
    return { id: Number(row.id), deduped }
  })
}
