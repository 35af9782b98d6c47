/**
 * The columns that make a table a work table, ready to spread:
 *
 * ```ts
 * export const thumbnails = pgTable("thumbnails", {
 *   ...workColumns(),
 *   imageId: integer("image_id").notNull()
 * }, (table) => workIndexes("thumbnails", table))
 * ```
 */
import { sql } from "drizzle-orm"
import {
  type AnyPgColumn,
  bigint,
  boolean,
  index,
  type IndexBuilder,
  integer,
  json,
  text,
  timestamp
} from "drizzle-orm/pg-core"
import type { ExecutionLogEntry } from "./ExecutionLogEntry.ts"
import type { WorkState } from "./WorkState.ts"

const time = (name: string) => timestamp(name, { withTimezone: true, mode: "date" })

/**
 * Fresh column builders, for one table.
 *
 * `process_after` is when a record becomes visible to dequeue. It defaults to
 * the moment of insertion and is also the default order, so that one index
 * range holds what is due, and what is scheduled for later is never walked over.
 *
 * @category constructors
 */
export const workColumns = () => ({
  id: bigint("id", { mode: "number" }).primaryKey().generatedByDefaultAsIdentity(),
  state: text("state").$type<WorkState>().notNull().default("queued"),
  failureMessage: text("failure_message"),
  queuedAt: time("queued_at").notNull().defaultNow(),
  startedAt: time("started_at"),
  finishedAt: time("finished_at"),
  processAfter: time("process_after").notNull().defaultNow(),
  attempt: integer("attempt").notNull().default(0),
  numResets: integer("num_resets").notNull().default(0),
  numFailures: integer("num_failures").notNull().default(0),
  lastHeartbeatAt: time("last_heartbeat_at"),
  executionLogs: json("execution_logs").array().$type<Array<ExecutionLogEntry>>(),
  workerHostname: text("worker_hostname").notNull().default(""),
  cancel: boolean("cancel").notNull().default(false)
})

/**
 * The indexes that the statements of a store are served by, for a table made
 * with `workColumns` and the default order.
 *
 * @category constructors
 */
export const workIndexes = (
  name: string,
  table: {
    readonly id: AnyPgColumn
    readonly state: AnyPgColumn
    readonly processAfter: AnyPgColumn
    readonly startedAt: AnyPgColumn
    readonly finishedAt: AnyPgColumn
  },
  order: ReadonlyArray<AnyPgColumn> = [table.processAfter, table.id]
): Array<IndexBuilder> => {
  const [first, ...rest] = order
  if (first === undefined) throw new Error(`workIndexes("${name}"): the order must name at least one column`)
  return [
    // dequeue, queuedCount, maxDurationInQueue, exists: what may be dequeued, in the order it is
    index(`${name}_ready_idx`)
      .on(first, ...rest)
      .where(sql`${table.state} in ('queued', 'errored')`),
    // resetStalled, exists: what is being processed; small, whatever the table's size. By the start and not by the
    // heartbeat: an update of columns that no index has touches no index, which makes a heartbeat half as dear
    index(`${name}_processing_idx`)
      .on(table.startedAt)
      .where(sql`${table.state} = 'processing'`),
    // deleteFinished, exists: what is finished, oldest first
    index(`${name}_finished_idx`)
      .on(table.finishedAt)
      .where(sql`${table.state} in ('failed', 'completed', 'canceled')`)
  ]
}
