/**
 * Deletes deliveries, with their attempts, and events after their time: in batches that an index serves, so that no
 * delete ever holds many rows or scans a table. Any number of workers may do it at once: what one holds, another skips.
 */
import { Database, DatabaseClock, type DatabaseError } from "@drover/core"
import { type SQL, sql } from "drizzle-orm"
import { Duration, Effect } from "effect"
import { events } from "../schema/events.ts"
import { webhookDeliveries } from "../schema/webhooks.ts"

/** @category options */
export interface DeliveryRetention {
  /** Defaults to 30 days. */
  readonly olderThan?: Duration.Input | undefined
  /** Rows that one statement deletes. Defaults to 1,000. */
  readonly batch?: number | undefined
}

interface OldRows {
  readonly clock: SQL
  readonly olderThan: Duration.Duration
  readonly batch: number
}

type Db = Database["Service"]["db"]

/** Served by `webhook_deliveries_created_idx`, and the attempts by `webhook_attempts_delivery_idx`. */
export const oldDeliveries = (db: Db, rows: OldRows) =>
  db
    .delete(webhookDeliveries)
    .where(sql`${webhookDeliveries}.ctid = any(array(${oldest(db, webhookDeliveries, rows)}))`)
    .returning({ id: webhookDeliveries.id })

/** Served by `events_created_idx`, and what refers to an event by `webhook_deliveries_event_idx`. */
export const oldEvents = (db: Db, rows: OldRows) =>
  db
    .delete(events)
    .where(sql`${events}.ctid = any(array(${oldest(db, events, rows)}))`)
    .returning({ id: events.id })

const oldest = (db: Db, table: typeof webhookDeliveries | typeof events, { batch, clock, olderThan }: OldRows) =>
  db
    .select({ ctid: sql`${table}.ctid` })
    .from(table)
    .where(
      sql`${table.createdAt} < ${clock} - ${Duration.toMillis(olderThan)}::double precision * interval '1 millisecond'`
    )
    .orderBy(table.createdAt)
    .limit(batch)
    .for("update", { skipLocked: true })

const untilDone = Effect.fnUntraced(function* (
  { batch = 1000, olderThan = "30 days" }: DeliveryRetention,
  statement: (db: Db, rows: OldRows) => PromiseLike<ReadonlyArray<unknown>>
): Effect.fn.Return<number, DatabaseError, Database> {
  const { run } = yield* Database
  const rows = { batch, olderThan: Duration.fromInputUnsafe(olderThan), clock: yield* DatabaseClock }
  let total = 0
  for (let last = batch; last === batch; total += last) last = (yield* run((db) => statement(db, rows))).length
  return total
})

/** Gives how many. @category operations */
export const deleteOldDeliveries = (options: DeliveryRetention = {}) =>
  untilDone(options, oldDeliveries).pipe(Effect.withSpan("Webhooks.deleteOldDeliveries"))

/** Gives how many. @category operations */
export const deleteOldEvents = (options: DeliveryRetention = {}) =>
  untilDone(options, oldEvents).pipe(Effect.withSpan("Events.deleteOld"))

/** Deletes old deliveries, then old events. To be run from time to time. @category operations */
export const runDeliveryRetention = Effect.fnUntraced(function* (options: DeliveryRetention = {}) {
  return { deliveries: yield* deleteOldDeliveries(options), events: yield* deleteOldEvents(options) }
})
