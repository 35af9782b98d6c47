/**
 * Adds and replaces entries of an attempt's log. Served by the primary key.
 *
 * Entries are numbered from 1, as Postgres numbers an array.
 */
import { and, eq, type SQL, sql } from "drizzle-orm"
import { isCurrent } from "../Fence.ts"
import { assign, idPlaceholder, type StoreContext } from "../StoreContext.ts"

export const addExecutionLogEntry = (context: StoreContext) => add(context, isCurrent(context), appended(context))

export const updateExecutionLogEntry = (context: StoreContext) => replace(context, isCurrent(context))

/** For a record that this transaction has locked. The `first` entry of an attempt replaces those of the last one. */
export const addLockedEntry = (context: StoreContext, first: boolean) =>
  add(context, isLocked(context), first ? sql`array[${entry(context)}]` : appended(context)).prepare("addLockedEntry")

export const updateLockedEntry = (context: StoreContext) =>
  replace(context, isLocked(context)).prepare("updateLockedEntry")

const isLocked = (context: StoreContext): SQL => eq(context.columns.id, idPlaceholder(context))

const appended = (context: StoreContext): SQL => sql`array_append(${context.columns.executionLogs}, ${entry(context)})`

const add = (context: StoreContext, ours: SQL, logs: SQL) =>
  context.db
    .update(context.table)
    .set(assign(context, { executionLogs: logs }))
    .where(ours)
    .returning({ number: sql`cardinality(${context.columns.executionLogs})`.mapWith(Number) })

const replace = (context: StoreContext, ours: SQL) => {
  const logs = context.columns.executionLogs
  const number = sql`${sql.placeholder("number")}::int`
  return context.db
    .update(context.table)
    .set(
      assign(context, {
        executionLogs: sql`${logs}[:${number} - 1] || ${entry(context)} || ${logs}[${number} + 1:]`
      })
    )
    .where(and(ours, sql`${number} between 1 and cardinality(${logs})`))
    .returning({ number: sql`cardinality(${logs})`.mapWith(Number) })
}

/** The entry as JSON text, typed as the array's elements. */
const entry = ({ columns }: StoreContext) =>
  sql`${sql.placeholder("entry")}::text::${sql.raw(columns.executionLogs.getSQLType().replace(/\[\d*\]$/, ""))}`
