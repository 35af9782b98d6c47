/**
 * Takes back what dead workers hold: processing → queued, → failed when it was
 * taken back too often, → canceled when that was asked for.
 *
 * A row that is locked is alive: in transaction mode its handler holds the
 * lock; in lease mode somebody is writing to it now. A row that never had a
 * heartbeat counts from its start, and without one is stalled.
 *
 * Served by the processing index, which holds only what is being processed.
 */
import { and, sql } from "drizzle-orm"
import { intervalMillis } from "../../table/DatabaseClock.ts"
import { assign, state, stateOf, type StoreContext } from "../StoreContext.ts"

export const resetStalled = (context: StoreContext) => {
  const { clock, columns, db, table } = context
  const lastSeen = sql`coalesce(${columns.lastHeartbeatAt}, ${columns.startedAt})`
  const stalled = db.$with("stalled").as(
    db
      .select({
        tid: sql`${table}.ctid`.as("tid"),
        age: sql`extract(epoch from ${clock} - ${lastSeen}) * 1000`.as("age")
      })
      .from(table)
      .where(
        and(
          sql`${columns.state} = 'processing'`,
          sql`coalesce(${lastSeen}, '-infinity') < ${clock} - ${intervalMillis(sql.placeholder("stalledMillis"))}`
        )
      )
      .orderBy(columns.id)
      .for("update", { skipLocked: true })
  )
  const usedUp = sql`${columns.numResets} >= ${sql.placeholder("maxResets")}::int`
  const queued = sql`not ${columns.cancel} and not ${usedUp}`
  const unlessQueued = (fresh: typeof clock, value: typeof clock) =>
    sql`case when ${queued} then ${fresh} else ${value} end`
  return db
    .with(stalled)
    .update(table)
    .set(
      assign(context, {
        state: stateOf(
          context,
          sql`case when ${columns.cancel} then ${state("canceled")} when ${usedUp} then ${state("failed")} else ${state("queued")} end`
        ),
        numResets: sql`${columns.numResets} + case when ${queued} then 1 else 0 end`,
        queuedAt: unlessQueued(clock, sql`${columns.queuedAt}`),
        startedAt: unlessQueued(sql`null`, sql`${columns.startedAt}`),
        finishedAt: unlessQueued(sql`null`, clock),
        failureMessage: sql`case when ${usedUp} and not ${columns.cancel} then ${sql.placeholder("message")} else ${columns.failureMessage} end`
      })
    )
    .from(stalled)
    .where(sql`${table}.ctid = ${stalled.tid}`)
    .returning({ id: columns.id, state: columns.state, age: sql`${stalled.age}`.mapWith(Number) })
}
