/**
 * Bulk operations: something to be done to many changesets, as one job for each.
 */
import { workColumns, workIndexes } from "@drover/core"
import { sql } from "drizzle-orm"
import { bigint, boolean, index, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core"
import type { RefusedChangeset } from "../batchChanges/bulk/RefusedChangeset.ts"
import { batchChanges } from "./batchChanges.ts"
import { changesets } from "./changesets.ts"
import { createdAtColumn, idColumn, refColumn, timeColumn } from "./columns.ts"
import { users } from "./users.ts"

/** Who asked: a user; Drover's operator; or, where neither is said, somebody who is gone. */
const askedBy = () => ({
  userId: refColumn("user_id").references(() => users.id, { onDelete: "set null" }),
  byOperator: boolean("by_operator").notNull().default(false)
})

export const bulkOperations = pgTable(
  "bulk_operations",
  {
    id: idColumn(),
    batchChangeId: refColumn("batch_change_id")
      .notNull()
      .references(() => batchChanges.id, { onDelete: "cascade" }),
    ...askedBy(),
    /** See `BulkOperation`. A newer release may have written one that this one does not know. */
    type: text("type").notNull(),
    payload: jsonb("payload").$type<Readonly<Record<string, unknown>>>().notNull().default({}),
    /** Whoever asks again with it gets what the first time gave. */
    idempotencyKey: text("idempotency_key"),
    /** Changesets that were chosen and got no job, and why. */
    refused: jsonb("refused").$type<ReadonlyArray<RefusedChangeset>>().notNull().default([]),
    canceledAt: timeColumn("canceled_at"),
    createdAt: createdAtColumn()
  },
  (table) => [
    index("bulk_operations_batch_change_idx").on(table.batchChangeId, table.id.desc().nullsFirst()),
    uniqueIndex("bulk_operations_idempotency_key").on(table.batchChangeId, table.idempotencyKey),
    index("bulk_operations_created_idx").on(table.createdAt)
  ]
)

/** The work table of the bulk processor. */
export const changesetJobs = pgTable(
  "changeset_jobs",
  {
    ...workColumns(),
    /** The order of the queue: batch changes take turns. See `nextTurn`. */
    turn: bigint("turn", { mode: "number" }).notNull().default(0),
    bulkOperationId: refColumn("bulk_operation_id")
      .notNull()
      .references(() => bulkOperations.id, { onDelete: "cascade" }),
    changesetId: refColumn("changeset_id")
      .notNull()
      .references(() => changesets.id, { onDelete: "cascade" }),
    /** Copied from the operation, so that a record says all of itself; of one that was resumed, whoever resumed it. */
    ...askedBy(),
    batchChangeId: refColumn("batch_change_id")
      .notNull()
      .references(() => batchChanges.id, { onDelete: "cascade" }),
    jobType: text("job_type").notNull(),
    payload: jsonb("payload").$type<Readonly<Record<string, unknown>>>().notNull().default({}),
    /** The head that whoever asked had before them; null: one that was still being worked on. */
    expectedHead: text("expected_head"),
    /** Why an earlier attempt failed: what is tried again has forgotten it. */
    previousFailureMessage: text("previous_failure_message"),
    /** The host is about to be told: an attempt that finds this cannot know whether it was. */
    tellingHostAt: timeColumn("telling_host_at"),
    /** The host was told: a fault after that is no reason to tell it again. */
    toldHostAt: timeColumn("told_host_at"),
    createdAt: createdAtColumn()
  },
  (table) => [
    ...workIndexes("changeset_jobs", table, [table.turn, table.id]),
    uniqueIndex("changeset_jobs_changeset_key").on(table.bulkOperationId, table.changesetId),
    index("changeset_jobs_changeset_idx").on(table.changesetId, table.id),
    index("changeset_jobs_batch_change_idx").on(table.batchChangeId),
    // nextTurn: the last turn of a batch change
    index("changeset_jobs_turn_idx")
      .on(table.batchChangeId, table.turn)
      .where(sql`${table.state} in ('queued', 'errored')`)
  ]
)
