/**
 * Counts the jobs of bulk operations.
 */
import { Database, type Drizzle } from "@drover/core"
import { count, max, sql } from "drizzle-orm"
import { Effect } from "effect"
import { changesetJobs } from "../../schema/bulkOperations.ts"
import { type BulkOperationSummary, summarise } from "./summarise.ts"

/** Served by `changeset_jobs_changeset_key`. */
export const selectCounts = (db: Drizzle, operationIds: ReadonlyArray<number>) =>
  db
    .select({
      bulkOperationId: changesetJobs.bulkOperationId,
      state: changesetJobs.state,
      count: count(),
      finishedAt: max(changesetJobs.finishedAt)
    })
    .from(changesetJobs)
    .where(sql`${changesetJobs.bulkOperationId} = any(${sql.param(operationIds)}::bigint[])`)
    .groupBy(changesetJobs.bulkOperationId, changesetJobs.state)

/** By the id of the operation. */
export const readSummaries = Effect.fnUntraced(function* (operationIds: ReadonlyArray<number>) {
  const { run } = yield* Database
  const rows = operationIds.length === 0 ? [] : yield* run((db) => selectCounts(db, operationIds))
  const counted = Map.groupBy(rows, ({ bulkOperationId }) => bulkOperationId)
  return (operationId: number): BulkOperationSummary => summarise(counted.get(operationId) ?? [])
})
