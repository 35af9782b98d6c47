/**
 * Adds and replaces entries of an attempt's log. Served by the primary key.
 *
 * Entries are numbered from 1, as Postgres numbers an array.
 */
import { and, sql } from "drizzle-orm"
import { isCurrent } from "../Fence.ts"
import { assign, type StoreContext } from "../StoreContext.ts"

export const addExecutionLogEntry = (context: StoreContext) => {
  const logs = context.columns.executionLogs
  return context.db
    .update(context.table)
    .set(assign(context, { executionLogs: sql`array_append(${logs}, ${entry(context)})` }))
    .where(isCurrent(context))
    .returning({ number: sql`cardinality(${logs})`.mapWith(Number) })
}

export const updateExecutionLogEntry = (context: StoreContext) => {
  const logs = context.columns.executionLogs
  const number = sql`${sql.placeholder("number")}::int`
  return context.db
    .update(context.table)
    .set(
      assign(context, {
        executionLogs: sql`${logs}[:${number} - 1] || ${entry(context)} || ${logs}[${number} + 1:]`
      })
    )
    .where(and(isCurrent(context), sql`${number} between 1 and cardinality(${logs})`))
    .returning({ number: sql`cardinality(${logs})`.mapWith(Number) })
}

/** The entry as JSON text, typed as the array's elements. */
const entry = ({ columns }: StoreContext) =>
  sql`${sql.placeholder("entry")}::text::${sql.raw(columns.executionLogs.getSQLType().replace(/\[\d*\]$/, ""))}`
