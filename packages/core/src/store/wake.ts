/**
 * Waking workers: one channel for all stores of a database, the store's name as payload.
 *
 * The notification is part of the transaction that enqueues: it arrives when
 * the record can be seen, not before, and Postgres folds equal ones of one
 * transaction into one.
 */
import { type SQL, sql } from "drizzle-orm"
import type { StoreContext } from "./StoreContext.ts"

export const WAKE_CHANNEL = "drover_wake"

/** As an expression, so that it can ride on the statement that enqueues. */
export const wakeExpression = (store: string): SQL => sql`(select pg_notify(${WAKE_CHANNEL}, ${store}))`

/**
 * What workers of a store are told when records may have become ready that stand in front of what they took
 * last: it wakes them as the store's name does, and makes them look from the start of the order.
 */
export const lookAgainNotice = (store: string): string => `again ${store}`

/** As `wakeExpression`, for statements that put records in front of others. */
export const lookAgain = (store: string): SQL => sql`(select pg_notify(${WAKE_CHANNEL}, ${lookAgainNotice(store)}))`

/**
 * For statements whose `rows` have a `process_after` of their own, or an older record's: as `lookAgain` where one of
 * them was due before now, and else as `wakeExpression`.
 */
export const wakeOrLookAgain = ({ clock, name }: Pick<StoreContext, "clock" | "name">, rows: SQL): SQL =>
  sql`(select pg_notify(${WAKE_CHANNEL}, case when min(process_after) < ${clock} then ${lookAgainNotice(name)} else ${name} end) from ${rows})`

/** What workers of a store are told when a record that one of them may be handling was asked to stop. */
export const stopNotice = (store: string): string => `stop ${store}`

/** For rows that a statement returns: tells the workers if one of them is being processed. */
export const tellIfProcessing = ({ columns, name }: StoreContext): SQL =>
  sql`case when ${columns.state} = 'processing' then (select pg_notify(${WAKE_CHANNEL}, ${stopNotice(name)})) end`

/** For rows that a statement returns: wakes a worker if one of them is queued and due. */
export const wakeIfDue = (context: StoreContext): SQL => ifDue(context, wakeExpression(context.name))

/** For rows that a statement returns, and that may stand in front of others: as `wakeIfDue`. */
export const lookAgainIfDue = (context: StoreContext): SQL => ifDue(context, lookAgain(context.name))

const ifDue = ({ clock, columns }: StoreContext, notify: SQL): SQL =>
  sql`case when ${columns.state} = 'queued' and coalesce(${columns.processAfter} <= ${clock}, true) then ${notify} end`
