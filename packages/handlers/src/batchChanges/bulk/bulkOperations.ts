/**
 * Reads bulk operations, and what became of them so far.
 */
import { Database, type Drizzle } from "@drover/core"
import { and, desc, eq, lt } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { bulkOperations } from "../../schema/bulkOperations.ts"
import { users } from "../../schema/users.ts"
import { BulkOperationUnknown } from "./BulkOperationError.ts"
import { type BulkFailure, readFailures } from "./readFailures.ts"
import { readSummaries } from "./readSummaries.ts"
import type { RefusedChangeset } from "./RefusedChangeset.ts"
import { requireBatchChange } from "./requireBatchChange.ts"
import type { BulkOperationSummary } from "./summarise.ts"

/** @category models */
export interface BulkOperationView extends BulkOperationSummary {
  readonly id: number
  readonly batchChangeId: number
  /** A newer release may have written one that is none of `BulkOperationType`. */
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
  /** The login; null: Drover's operator, or somebody who is gone. */
  readonly askedBy: string | null
  readonly byOperator: boolean
  readonly createdAt: Date
  readonly canceledAt: Date | null
  /** Changesets that were chosen, and that it was not offered for. */
  readonly refused: ReadonlyArray<RefusedChangeset>
  /** Why jobs failed, or are tried again: the first of them. */
  readonly errors: ReadonlyArray<BulkFailure>
}

/** @category options */
export interface ListBulkOperations {
  readonly batchChangeId: number
  /** From 1 to 100. Defaults to 30. */
  readonly limit?: number | undefined
  /** Only those with a smaller id: the `next` of the page before. Defaults to the first page. */
  readonly before?: number | undefined
  readonly actorId?: ActorId
}

/** @category models */
export interface BulkOperationPage {
  readonly operations: ReadonlyArray<BulkOperationView>
  /** What to ask for the next page with; null on the last one. */
  readonly next: number | null
}

/** Errors that a list shows of each operation. */
const LISTED_ERRORS = 10

/** Those of a batch change, the newest first. Of each, ten errors at most. @category operations */
export const listBulkOperations = Effect.fn("BulkOperations.list")(function* (options: ListBulkOperations) {
  const { run } = yield* Database
  const { actorId, batchChangeId } = options
  yield* requireBatchChange(batchChangeId, actorId)
  const limit = Math.min(100, Math.max(1, Math.trunc(options.limit ?? 30)))
  const rows = yield* run((db) => selectPage(db, { ...options, limit: limit + 1 }))
  const operations = yield* viewsOf(rows.slice(0, limit), { actorId, limit: LISTED_ERRORS })
  const page: BulkOperationPage = {
    operations,
    next: rows.length > limit ? (operations.at(-1)?.id ?? null) : null
  }
  return page
})

/** @category options */
export interface OneBulkOperation {
  readonly bulkOperationId: number
  readonly actorId?: ActorId
}

/** @category options */
export interface FindBulkOperation extends OneBulkOperation {
  /** The most errors to give. Defaults to 1,000. */
  readonly errors?: number | undefined
}

/** Served by the primary key. @category operations */
export const findBulkOperation = Effect.fn("BulkOperations.find")(function* (options: FindBulkOperation) {
  const { actorId, bulkOperationId, errors = 1000 } = options
  const { run } = yield* Database
  const rows = yield* run((db) => selectOperations(db).where(eq(bulkOperations.id, bulkOperationId)))
  yield* mayWorkOn(rows[0], options)
  const [view] = yield* viewsOf(rows, { actorId, limit: Math.max(0, Math.trunc(errors)) })
  return view!
})

/** Who may not see the batch change learns nothing of the operation either. */
export const mayWorkOn = (
  operation: { readonly batchChangeId: number } | undefined,
  { actorId, bulkOperationId: id }: OneBulkOperation
) => {
  const unknown = new BulkOperationUnknown({ id })
  return operation === undefined
    ? Effect.fail(unknown)
    : requireBatchChange(operation.batchChangeId, actorId).pipe(
        Effect.catchTag("BatchChangeUnknown", () => Effect.fail(unknown))
      )
}

const selectOperations = (db: Drizzle) => {
  const { batchChangeId, byOperator, canceledAt, createdAt, id, payload, refused, type } = bulkOperations
  return db
    .select({ id, batchChangeId, type, payload, refused, byOperator, createdAt, canceledAt, askedBy: users.login })
    .from(bulkOperations)
    .leftJoin(users, eq(users.id, bulkOperations.userId))
}

/** Served by `bulk_operations_batch_change_idx`. */
export const selectPage = (db: Drizzle, { batchChangeId, before, limit = 30 }: ListBulkOperations) =>
  selectOperations(db)
    .where(
      and(
        eq(bulkOperations.batchChangeId, batchChangeId),
        before === undefined ? undefined : lt(bulkOperations.id, before)
      )
    )
    .orderBy(desc(bulkOperations.id))
    .limit(limit)

type Row = Omit<BulkOperationView, keyof BulkOperationSummary | "errors">

const viewsOf = Effect.fnUntraced(function* (
  rows: ReadonlyArray<Row>,
  { actorId, limit }: { readonly actorId: ActorId; readonly limit: number }
) {
  const summaryOf = yield* readSummaries(rows.map(({ id }) => id))
  return yield* Effect.forEach(rows, (row) =>
    Effect.map(readFailures({ operationId: row.id, limit, actorId }), (errors): BulkOperationView => ({
      ...row,
      ...summaryOf(row.id),
      errors
    }))
  )
})
