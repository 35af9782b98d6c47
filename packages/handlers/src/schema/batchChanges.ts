/**
 * Batch changes: one change to many repositories, under one name, and the specs that say which.
 */
import { sql } from "drizzle-orm"
import { type AnyPgColumn, boolean, index, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core"
import type { BatchSpec } from "../batchChanges/spec/BatchSpec.ts"
import { createdAtColumn, idColumn, refColumn, timeColumn } from "./columns.ts"
import { namespaces } from "./namespaces.ts"
import { users } from "./users.ts"

export const batchChanges = pgTable(
  "batch_changes",
  {
    id: idColumn(),
    namespaceId: refColumn("namespace_id")
      .notNull()
      .references(() => namespaces.id, { onDelete: "cascade" }),
    /** No two of a namespace differ in case alone. */
    name: text("name").notNull(),
    description: text("description").notNull().default(""),
    /** Null: Drover's operator, or somebody who is gone. */
    creatorId: refColumn("creator_id").references(() => users.id, { onDelete: "set null" }),
    lastApplierId: refColumn("last_applier_id").references(() => users.id, { onDelete: "set null" }),
    lastAppliedAt: timeColumn("last_applied_at"),
    /** The spec that was applied last. */
    batchSpecId: refColumn("batch_spec_id").references((): AnyPgColumn => batchSpecs.id, { onDelete: "set null" }),
    closedAt: timeColumn("closed_at"),
    createdAt: createdAtColumn(),
    updatedAt: timeColumn("updated_at").notNull().defaultNow()
  },
  (table) => [
    uniqueIndex("batch_changes_name_key").on(table.namespaceId, sql`lower(${table.name})`),
    index("batch_changes_batch_spec_idx").on(table.batchSpecId)
  ]
)

/** Batch specs as they were given. */
export const batchSpecs = pgTable(
  "batch_specs",
  {
    id: idColumn(),
    namespaceId: refColumn("namespace_id")
      .notNull()
      .references(() => namespaces.id, { onDelete: "cascade" }),
    /** Null: Drover's operator. */
    creatorId: refColumn("creator_id").references(() => users.id, { onDelete: "set null" }),
    /** The text as it was written. */
    source: text("source").notNull(),
    spec: jsonb("spec").$type<BatchSpec>().notNull(),
    /** Made by Drover from a text; false: its changeset specs were brought ready-made. */
    createdFromRaw: boolean("created_from_raw").notNull().default(true),
    /** When all of its workspaces were known: a spec without is still being resolved. */
    resolvedAt: timeColumn("resolved_at"),
    /** When all of its changeset specs were made; only then can it be previewed and applied. */
    completedAt: timeColumn("completed_at"),
    /** Why it can never be applied. */
    failure: text("failure"),
    /** The batch change that it was applied to. */
    batchChangeId: refColumn("batch_change_id").references((): AnyPgColumn => batchChanges.id, {
      onDelete: "set null"
    }),
    appliedAt: timeColumn("applied_at"),
    createdAt: createdAtColumn()
  },
  (table) => [
    // expireSpecs: the oldest
    index("batch_specs_created_idx").on(table.createdAt),
    index("batch_specs_batch_change_idx").on(table.batchChangeId)
  ]
)
