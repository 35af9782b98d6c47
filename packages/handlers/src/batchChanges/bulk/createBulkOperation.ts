/**
 * Asks for something to be done to many changesets: a bulk operation, and a job for each.
 */
import { Database, type DatabaseError } from "@drover/core"
import { and, count, eq } from "drizzle-orm"
import { Effect, Schema } from "effect"
import { isDeepStrictEqual } from "node:util"
import type { ActorId } from "../../access/requireRole.ts"
import { bulkOperations, changesetJobs } from "../../schema/bulkOperations.ts"
import type { BatchChangeUnknown } from "../apply/ApplyError.ts"
import type { CodeHosts } from "../host/CodeHosts.ts"
import { BulkOperation } from "./BulkOperation.ts"
import { BulkOperationRejected, type ChangesetsNotFound, NothingToDo } from "./BulkOperationError.ts"
import { BulkStore } from "./BulkStore.ts"
import { type ChangesetChoice, type Chosen, chooseChangesets } from "./chooseChangesets.ts"
import { nextTurn } from "./nextTurn.ts"
import { refusal } from "./offered.ts"
import type { RefusedChangeset } from "./RefusedChangeset.ts"
import { requireBatchChange } from "./requireBatchChange.ts"

/** Changesets are named by their ids, or all that match are meant. @category options */
export type CreateBulkOperation = ChangesetChoice & {
  readonly batchChangeId: number
  readonly operation: BulkOperation
  /** Whoever asks again with the same key gets what the first time gave. 1 to 255 characters. Defaults to none. */
  readonly idempotencyKey?: string | undefined
  /** Who asks: the batch change's user, or a member of its organisation. The jobs act as they may. */
  readonly actorId?: ActorId
}

/** @category models */
export interface CreatedBulkOperation {
  readonly id: number
  /** How many changesets it is done to. */
  readonly jobs: number
  /** Those that were chosen and that it is not offered for, and why. */
  readonly refused: ReadonlyArray<RefusedChangeset>
  /** False: it was asked for before, with the same key. */
  readonly created: boolean
}

/** @category errors */
export type CreateBulkOperationError =
  | BatchChangeUnknown
  | BulkOperationRejected
  | ChangesetsNotFound
  | NothingToDo
  | DatabaseError

/**
 * One transaction: all jobs, or none; and the worker is woken with it.
 *
 * Served by the primary keys, `bulk_operations_idempotency_key` and what `chooseChangesets` is served by.
 *
 * @category operations
 */
export const createBulkOperation = Effect.fn("BulkOperations.create")(function* (
  options: CreateBulkOperation
): Effect.fn.Return<CreatedBulkOperation, CreateBulkOperationError, Database | BulkStore | CodeHosts> {
  const { actorId, batchChangeId } = options
  const { transaction } = yield* Database
  const operation = yield* checkOperation(options)
  const { closed } = yield* requireBatchChange(batchChangeId, actorId)
  return yield* transaction(
    Effect.gen(function* () {
      const before = yield* madeBefore(options, operation)
      if (before !== undefined) return before
      const chosen = yield* chooseChangesets({ ...choiceOf(options), batchChangeId, closed, actorId })
      const judged = chosen.map((one) => ({ one, why: refusal(operation, one.facts) }))
      const refused = judged.flatMap(({ one, why }) => (why === undefined ? [] : [{ changesetId: one.id, why }]))
      const taken = judged.flatMap(({ one, why }) => (why === undefined ? [one] : []))
      if (taken.length === 0) return yield* new NothingToDo({ type: operation.type, refused })
      const id = yield* insertOperation(options, operation, refused)
      // somebody was quicker with the same key
      if (id === undefined) return (yield* madeBefore(options, operation))!
      yield* insertJobs(options, operation, id, taken)
      return { id, jobs: taken.length, refused, created: true }
    })
  )
})

const checkOperation = Effect.fnUntraced(function* (options: CreateBulkOperation) {
  const { changesetIds, idempotencyKey } = options
  if (idempotencyKey !== undefined && !/^\P{Cc}{1,255}$/u.test(idempotencyKey)) {
    return yield* new BulkOperationRejected({
      field: "idempotency key",
      rule: "must be one line of 1 to 255 characters"
    })
  }
  // a 0 would find nothing, or anything
  if (changesetIds?.length === 0 || changesetIds?.some((id) => !Number.isSafeInteger(id) || id < 1) === true) {
    return yield* new BulkOperationRejected({ field: "changesets", rule: "must be at least one, each by its id" })
  }
  return yield* Schema.decodeUnknownEffect(BulkOperation)(options.operation).pipe(
    Effect.mapError(
      (error) => new BulkOperationRejected({ field: "operation", rule: `cannot be this: ${error.message}` })
    )
  )
})

const choiceOf = ({ changesetIds, matching }: CreateBulkOperation): ChangesetChoice =>
  changesetIds === undefined ? { matching: matching ?? {} } : { changesetIds: [...new Set(changesetIds)] }

/** As it is stored: the type, and all the rest. */
const stored = ({ type, ...payload }: BulkOperation) => ({ type, payload })

const askedBy = (actorId: ActorId) => ({ userId: actorId ?? null, byOperator: actorId === undefined })

/** What was asked for with the same key. */
const madeBefore = Effect.fnUntraced(function* (
  { batchChangeId, idempotencyKey }: CreateBulkOperation,
  operation: BulkOperation
) {
  if (idempotencyKey === undefined) return undefined
  const { run } = yield* Database
  const [found] = yield* run((db) =>
    db
      .select()
      .from(bulkOperations)
      .where(and(eq(bulkOperations.batchChangeId, batchChangeId), eq(bulkOperations.idempotencyKey, idempotencyKey)))
  )
  if (found === undefined) return undefined
  const { id, payload, refused, type } = found
  if (!isDeepStrictEqual({ type, payload }, stored(operation))) {
    return yield* new BulkOperationRejected({
      field: "idempotency key",
      rule: "was used for another operation: give each its own"
    })
  }
  const [jobs] = yield* run((db) =>
    db.select({ count: count() }).from(changesetJobs).where(eq(changesetJobs.bulkOperationId, id))
  )
  return { id, jobs: jobs!.count, refused, created: false }
})

const insertOperation = Effect.fnUntraced(function* (
  { actorId, batchChangeId, idempotencyKey }: CreateBulkOperation,
  operation: BulkOperation,
  refused: ReadonlyArray<RefusedChangeset>
) {
  const { run } = yield* Database
  const [row] = yield* run((db) =>
    db
      .insert(bulkOperations)
      .values({ batchChangeId, ...askedBy(actorId), ...stored(operation), idempotencyKey, refused })
      .onConflictDoNothing({ target: [bulkOperations.batchChangeId, bulkOperations.idempotencyKey] })
      .returning({ id: bulkOperations.id })
  )
  return row?.id
})

const insertJobs = Effect.fnUntraced(function* (
  { actorId, batchChangeId }: CreateBulkOperation,
  operation: BulkOperation,
  bulkOperationId: number,
  chosen: ReadonlyArray<Chosen>
) {
  const store = yield* BulkStore
  const turn = yield* nextTurn(batchChangeId)
  const { payload, type: jobType } = stored(operation)
  const same = { bulkOperationId, batchChangeId, jobType, payload, ...askedBy(actorId) }
  yield* store.enqueue(
    chosen.map(({ headSha, id }, index) => ({
      ...same,
      changesetId: id,
      turn: turn + index,
      expectedHead: operation.type === "merge" ? headSha : null
    }))
  )
})
