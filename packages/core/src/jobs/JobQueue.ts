/**
 * The queue of jobs, for producers. Needs no worker and no handlers.
 */
import { Context, Effect, Layer } from "effect"
import { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import { make as makeStore } from "../store/makeWorkStore.ts"
import type { InvalidOptions } from "../store/StoreError.ts"
import type { WorkStore } from "../store/WorkStore.ts"
import * as Order from "../table/Order.ts"
import { DatabaseClock } from "../table/DatabaseClock.ts"
import { type EncodedJob, enqueueJobs } from "./enqueueJobs.ts"
import { type JobRow, jobs } from "./jobsTable.ts"

/** @category models */
export interface Enqueued {
  /** The job that will do the work: the new one, or the one that this one was folded into. */
  readonly id: number
  /** Whether an active job of the kind had the same key. */
  readonly deduped: boolean
}

/** The store of the jobs table. */
export type JobStore = WorkStore<JobRow, number, "jobs", typeof jobs.$inferInsert>

/** The name of the jobs table's store in logs, metrics and wake-ups. */
export const JOBS = "jobs"

/** @category options */
export interface JobQueueOptions {
  /** See `StoreOptions.stalledMaxAge`. */
  readonly stalledMaxAge?: Parameters<typeof makeStore>[0]["stalledMaxAge"]
  /** See `StoreOptions.maxNumResets`. */
  readonly maxNumResets?: number | undefined
}

/** @category services */
export class JobQueue extends Context.Service<
  JobQueue,
  {
    readonly store: JobStore
    /**
     * Enqueues jobs in one statement of the ambient transaction. Answers in the order of `jobs`.
     * Job kinds encode for it; use `JobKind.enqueue`.
     */
    readonly enqueue: (jobs: ReadonlyArray<EncodedJob>) => Effect.Effect<ReadonlyArray<Enqueued>, DatabaseError>
  }
>()("@drover/core/jobs/JobQueue") {
  static readonly layerWith = (
    options: JobQueueOptions
  ): Layer.Layer<JobQueue, InvalidOptions, Database> => Layer.effect(JobQueue, make(options))

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
    const distinct = foldEqualKeys(list)
    const rows = yield* database.run((db) => db.execute<Row>(enqueueJobs(JOBS, clock, distinct)))
    return answers(list, rows)
  })
  return JobQueue.of({ store, enqueue })
})

interface Row extends Record<string, unknown> {
  readonly id: string
  readonly kind: string
  readonly key: string | null
  readonly deduped: boolean
}

const keyOf = (kind: string, key: string) => JSON.stringify([kind, key])

/**
 * Of jobs with one key the last one stays, as if they had been enqueued one
 * after the other. Keys in order, so that two bulk enqueues cannot deadlock.
 */
const foldEqualKeys = (list: ReadonlyArray<EncodedJob>): ReadonlyArray<EncodedJob> => {
  const keyed = new Map<string, EncodedJob>()
  const unkeyed: Array<EncodedJob> = []
  for (const job of list) {
    if (job.dedupeKey === undefined) unkeyed.push(job)
    else keyed.set(keyOf(job.kind, job.dedupeKey), job)
  }
  const inKeyOrder = [...keyed.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, job]) => job)
  return [...unkeyed, ...inKeyOrder]
}

/** Rows without a key come back in the order they were sent; the others are found by their key. */
const answers = (list: ReadonlyArray<EncodedJob>, rows: ReadonlyArray<Row>): ReadonlyArray<Enqueued> => {
  const byKey = new Map<string, Enqueued>()
  const unkeyed: Array<Enqueued> = []
  for (const { deduped, id, key, kind } of rows) {
    const answer = { id: Number(id), deduped }
    if (key === null) unkeyed.push(answer)
    else byKey.set(keyOf(kind, key), answer)
  }
  const answered = new Set<string>()
  let next = 0
  return list.map((job) => {
    if (job.dedupeKey === undefined) return unkeyed[next++]!
    const key = keyOf(job.kind, job.dedupeKey)
    const { deduped, id } = byKey.get(key)!
    const again = answered.has(key)
    answered.add(key)
    return { id, deduped: deduped || again }
  })
}
