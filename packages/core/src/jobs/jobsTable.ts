/**
 * The built-in queue: one table for jobs of every kind.
 *
 * Add it to your own drizzle schema, so that your migrations create it:
 * `export { jobs } from "@drover/core"`.
 */
import { sql } from "drizzle-orm"
import { boolean, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core"
import { workColumns, workIndexes } from "../table/workColumns.ts"

export const jobs = pgTable(
  "jobs",
  {
    ...workColumns(),
    kind: text("kind").notNull(),
    payload: jsonb("payload").notNull().default({}),
    payloadVersion: integer("payload_version").notNull().default(1),
    /** At most one job of a kind with this key is queued, errored or processing. */
    dedupeKey: text("dedupe_key"),
    /** Lower goes first. */
    priority: integer("priority").notNull().default(0),
    maxAttempts: integer("max_attempts").notNull().default(5),
    /** A trigger came while the job was running: it is queued once more when it ends. */
    runAgain: boolean("run_again").notNull().default(false)
  },
  (table) => [
    // `kind` is last: it changes no order, and lets a dequeue pass over unknown kinds without reading their rows
    ...workIndexes("jobs", table, [table.priority, table.processAfter, table.id, table.kind]),
    uniqueIndex("jobs_dedupe_idx")
      .on(table.kind, table.dedupeKey)
      .where(sql`${table.dedupeKey} is not null and ${table.state} in ('queued', 'errored', 'processing')`)
  ]
)

/** A row of the table. @category models */
export type JobRow = typeof jobs.$inferSelect
