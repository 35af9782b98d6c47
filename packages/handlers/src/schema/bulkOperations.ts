/**
 * Bulk operations: something to be done to many changesets, as one job for each.
 */
import { workColumns, workIndexes } from "@drover/core"

import { index, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core"
import { batchChanges } from "./batchChanges.ts"
import { changesets } from "./changesets.ts"
import { createdAtColumn, idColumn, refColumn, timeColumn } from "./columns.ts"
import { users } from "./users.ts"

export const bulkOperations = pgTable(
  "bulk_operations",
  {
    id: idColumn(),
    batchChangeId: refColumn("batch_change_id")
      .notNull()
      .references(() => batchChanges.id, { onDelete: "cascade" }),
    /** Who asked for it; null: Drover's operator. */
    userId: refColumn("user_id").references(() => users.id, { onDelete: "set null" }),
    /** See `BulkOperationType`. A newer release may have written one that this one does not know. */
    type: text("type").notNull(),
    payload: jsonb("payload").$type<Readonly<Record<string, unknown>>>().notNull().default({}),
    canceledAt: timeColumn("canceled_at"),
    createdAt: createdAtColumn()
  },
  (table) => [index("bulk_operations_batch_change_idx").on(table.batchChangeId, table.id.desc().nullsFirst())]
)

/** The work table of the bulk processor. */
export const changesetJobs = pgTable(
  "changeset_jobs",
  {
    ...workColumns(),
    bulkOperationId: refColumn("bulk_operation_id")
      .notNull()
      .references(() => bulkOperations.id, { onDelete: "cascade" }),
    changesetId: refColumn("changeset_id")
      .notNull()
      .references(() => changesets.id, { onDelete: "cascade" }),
    /** Copied from the operation, so that a record says all of itself. */
    userId: refColumn("user_id").references(() => users.id, { onDelete: "set null" }),
    batchChangeId: refColumn("batch_change_id")
      .notNull()
      .references(() => batchChanges.id, { onDelete: "cascade" }),
    jobType: text("job_type").notNull(),
    payload: jsonb("payload").$type<Readonly<Record<string, unknown>>>().notNull().default({}),
    /** The host was told: a fault after that is no reason to tell it again. */
    toldHostAt: timeColumn("told_host_at"),
    createdAt: createdAtColumn()
  },
  (table) => [
    ...workIndexes("changeset_jobs", table),
    uniqueIndex("changeset_jobs_changeset_key").on(table.bulkOperationId, table.changesetId),
    index("changeset_jobs_changeset_idx").on(table.changesetId),
    index("changeset_jobs_batch_change_idx").on(table.batchChangeId)
  ]
)
