/** Bulk operations on the host in memory, and the worker that does them. */
import { Database } from "@drover/core"
import { asc, eq, sql } from "drizzle-orm"
import { Effect, Layer } from "effect"
import {
  BulkOperation,
  bulkProcessor,
  type BulkProcessorOptions,
  BulkStore,
  createBulkOperation,
  ReconcilerStore
} from "../../src/batchChanges/index.ts"
import { bulkOperations, changesetEvents, changesetJobs } from "../../src/index.ts"
import { forge } from "../support.ts"
import { batchChange, changeset, type MakeChangeset } from "./batchChanges.ts"
import { MemoryHost } from "./MemoryHost.ts"

export const bulk = () =>
  Layer.mergeAll(BulkStore.layer, ReconcilerStore.layer, MemoryHost.codeHosts).pipe(
    Layer.provideMerge(MemoryHost.layer),
    Layer.provideMerge(forge())
  )

/** A batch change with one changeset, whose repository its member may write to. */
export const oneChangeset = Effect.fnUntraced(function* (options: Omit<MakeChangeset, "batchChangeId"> = {}) {
  const change = yield* batchChange()
  const one = yield* changeset({ batchChangeId: change.id, writer: change.member, ...options })
  return { change, one, actorId: change.member }
})

export type Scene = Effect.Success<ReturnType<typeof oneChangeset>>

/** Asks for an operation on the one changeset; gives its id. */
export const askFor = ({ actorId, change, one }: Scene, operation: BulkOperation) =>
  Effect.map(
    createBulkOperation({ batchChangeId: change.id, changesetIds: [one.id], operation, actorId }),
    ({ id }) => id
  )

type Row = Partial<typeof changesetJobs.$inferInsert>

/** A job as some other release may have written it, for the one changeset. Gives the operation's id. */
export const writeJob = Effect.fnUntraced(function* ({ actorId, change, one }: Scene, row: Row & { jobType: string }) {
  const { run } = yield* Database
  const [operation] = yield* run((db) =>
    db
      .insert(bulkOperations)
      .values({ batchChangeId: change.id, userId: actorId, type: row.jobType, payload: row.payload ?? {} })
      .returning()
  )
  yield* run((db) =>
    db.insert(changesetJobs).values({
      bulkOperationId: operation!.id,
      batchChangeId: change.id,
      changesetId: one.id,
      userId: actorId,
      ...row
    })
  )
  return operation!.id
})

export const jobsOf = (operationId: number) =>
  Database.use(({ run }) =>
    run((db) =>
      db
        .select()
        .from(changesetJobs)
        .where(eq(changesetJobs.bulkOperationId, operationId))
        .orderBy(asc(changesetJobs.changesetId))
    )
  )

export const jobOf = (operationId: number) => Effect.map(jobsOf(operationId), ([job]) => job!)

/** The worker, for as long as the effect takes. */
export const working = <A, E, R>(effect: Effect.Effect<A, E, R>, options: BulkProcessorOptions = {}) =>
  Effect.scoped(Effect.andThen(Layer.build(Layer.fresh(bulkProcessor({ drainTimeout: 0, ...options }))), effect))

/** One that waits for another job does so for a second; one that a host's budget holds back, for longer. */
const busy = sql`${changesetJobs.state} = 'processing'
  or (${changesetJobs.state} = 'queued' and ${changesetJobs.processAfter} <= statement_timestamp() + interval '1 minute')
  or (${changesetJobs.state} = 'errored' and ${changesetJobs.processAfter} <= statement_timestamp())`

/** Waits, by asking, until no job waits or is being done but those that rest. */
export const settled = Database.use(({ run }) =>
  run((db) => db.select({ id: changesetJobs.id }).from(changesetJobs).where(busy).limit(1)).pipe(
    Effect.repeat({ until: (rows) => rows.length === 0 })
  )
)

/** Has the worker do all that waits. */
export const work = working(settled)

/** Ends the rests after failures. */
export const dueNow = Database.use(({ run }) =>
  run((db) => db.update(changesetJobs).set({ processAfter: sql`statement_timestamp()` }))
)

/** Asks, has it done, and gives the job. */
export const perform = Effect.fnUntraced(function* (made: Scene, operation: BulkOperation) {
  const id = yield* askFor(made, operation)
  yield* work
  return yield* jobOf(id)
})

/** Has a job that was written done, and gives it. */
export const performWritten = Effect.fnUntraced(function* (made: Scene, row: Row & { jobType: string }) {
  const id = yield* writeJob(made, row)
  yield* work
  return yield* jobOf(id)
})

/** `merged by 3`, in order. */
export const happened = (changesetId: number) =>
  Database.use(({ run }) =>
    Effect.map(
      run((db) =>
        db
          .select()
          .from(changesetEvents)
          .where(eq(changesetEvents.changesetId, changesetId))
          .orderBy(asc(changesetEvents.id))
      ),
      (rows) => rows.map(({ actorId, kind }) => `${kind} by ${actorId}`)
    )
  )
