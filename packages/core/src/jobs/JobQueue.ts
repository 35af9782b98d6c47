/**
 * The queue of jobs, for producers. Needs no worker and no handlers.
 */
import { Context, type Duration, Effect, Layer } from "effect"
import { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import type { RawStatement } from "../database/router.ts"
import { inSpan } from "../observability/inSpan.ts"
import { make as makeStore } from "../store/makeWorkStore.ts"
import type { InvalidOptions } from "../options/InvalidOptions.ts"
import type { WorkStore } from "../store/WorkStore.ts"
import * as Order from "../table/Order.ts"
import { DatabaseClock } from "../table/DatabaseClock.ts"
import { type EncodedJob, foldEqualKeys } from "./EncodedJob.ts"
import type { EncodedQuery } from "./EncodedQuery.ts"
import { type EnqueuedRow, enqueueJobs, type EnqueueShape, shapeOf } from "./enqueueJobs.ts"
import { type EnqueuedFrom, enqueueQuery } from "./enqueueQuery.ts"
import { type JobRow, jobs } from "./jobsTable.ts"
import { sentValues } from "./sentJobs.ts"

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
  /** Whether completed jobs are kept, or deleted in the statement that completes them. Defaults to `keep`. */
  readonly onComplete?: "keep" | "delete" | undefined
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
    /** What `JobKind.enqueueFrom` is made of. */
    readonly enqueueFrom: (query: EncodedQuery) => Effect.Effect<EnqueuedFrom, DatabaseError>
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

  const statements = new Map<string, RawStatement>()
  const statementOf = (shape: EnqueueShape): RawStatement => {
    const name = `${shape.alone} ${shape.keyed} ${shape.alike} ${shape.mayBeFirst}`
    const known = statements.get(name) ?? database.prepareRaw(enqueueJobs(JOBS, clock, shape))
    statements.set(name, known)
    return known
  }
  const spanned = inSpan("JobQueue.enqueue")
  const enqueue = (list: ReadonlyArray<EncodedJob>): Effect.Effect<ReadonlyArray<Enqueued>, DatabaseError> => {
    if (list.length === 0) return Effect.succeed([])
    const { jobs: folded, places } = foldEqualKeys(list)
    const shape = shapeOf(folded)
    const sent = database.run(() => statementOf(shape).execute(sentValues(folded, shape)))
    return spanned(Effect.map(sent, ([row]) => answers(places, row as unknown as EnqueuedRow)))
  }
  const enqueueFrom = Effect.fn("JobQueue.enqueueFrom")(function* (query: EncodedQuery) {
    const statement = enqueueQuery(JOBS, clock, query)
    const [row] = yield* database.run((db) => db.execute<EnqueuedFrom>(statement))
    return { enqueued: row!.enqueued, deduped: row!.deduped }
  })
  return JobQueue.of({ store, enqueue, enqueueFrom })
})

/** A job that shares its place with one before it was folded into that one. */
const answers = (places: ReadonlyArray<number>, [, ids, deduped]: EnqueuedRow): ReadonlyArray<Enqueued> => {
  if (deduped === undefined) return places.map((place) => ({ id: ids[place]!, deduped: false }))
  const answered = new Set<number>()
  return places.map((place) => {
    const answer = { id: ids[place]!, deduped: deduped[place]! || answered.has(place) }
    answered.add(place)
    return answer
  })
}
