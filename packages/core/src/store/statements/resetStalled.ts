/**
 * Takes back what dead workers hold: processing → queued, → failed when it was
 * taken back too often, → canceled when that was asked for. Instead of ending
 * so, a record with its `run_again` flag up is queued as a fresh one.
 *
 * A row that is locked is alive: in transaction mode its handler holds the
 * lock; in lease mode somebody is writing to it now. A row that never had a
 * heartbeat counts from its start, and without one is stalled.
 *
 * The join finds the locked rows by their place in the table, as in `dequeue`.
 * Served by the processing index, which holds only what is being processed.
 */
import { and, type SQL, sql } from "drizzle-orm"
import { intervalMillis } from "../../table/DatabaseClock.ts"
import { assign, state, stateOf, type StoreContext } from "../StoreContext.ts"
import { lookAgainIfDue } from "../wake.ts"

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
  const ended = sql`(${columns.cancel} or ${usedUp})`
  const again = columns.runAgain === undefined ? sql`false` : sql`${columns.runAgain}`
  const queued = sql`(not ${ended} or ${again})`
  const ifQueued = (fresh: SQL, value: SQL): SQL => sql`case when ${queued} then ${fresh} else ${value} end`
  const ifAgain = (fresh: SQL, value: SQL): SQL => sql`case when ${ended} and ${again} then ${fresh} else ${value} end`
  return db
    .with(stalled)
    .update(table)
    .set(
      assign(context, {
        state: stateOf(
          context,
          sql`case when ${queued} then ${state("queued")} when ${columns.cancel} then ${state("canceled")} else ${state("failed")} end`
        ),
        numResets: sql`case when not ${ended} then ${columns.numResets} + 1 when ${again} then 0 else ${columns.numResets} end`,
        numFailures: ifAgain(sql`0`, sql`${columns.numFailures}`),
        cancel: ifAgain(sql`false`, sql`${columns.cancel}`),
        runAgain: ifAgain(sql`false`, again),
        queuedAt: ifQueued(clock, sql`${columns.queuedAt}`),
        startedAt: ifQueued(sql`null`, sql`${columns.startedAt}`),
        finishedAt: ifQueued(sql`null`, clock),
        failureMessage: sql`case when ${usedUp} and not ${columns.cancel} then ${sql.placeholder("message")} else ${columns.failureMessage} end`
      })
    )
    .from(stalled)
    .where(sql`${table}.ctid = ${stalled.tid}`)
    .returning({
      id: columns.id,
      state: columns.state,
      age: sql`${stalled.age}`.mapWith(Number),
      wake: lookAgainIfDue(context)
    })
}
