/**
 * Ends records that this transaction has locked and handled: what a dequeue and
 * a mark would have written, in one statement. The lock is the fence.
 *
 * Served by the primary key.
 */
import { type SQL, sql } from "drizzle-orm"
import type { PgTable } from "drizzle-orm/pg-core"
import { assign, idsPlaceholder, state, stateOf, type StoreContext } from "../StoreContext.ts"
import type { Ending } from "./finish.ts"
import { completed } from "./markComplete.ts"
import { errored } from "./markErrored.ts"
import { failed } from "./markFailed.ts"

/** For a batch that succeeded as a whole. */
export const completeBatch = (context: StoreContext) =>
  finishBatch(
    context,
    sql`unnest((select ${idsPlaceholder(context)}), (select ${sql.placeholder("logged")}::boolean[])) with ordinality as ended(id, logged, place)`,
    { ...completed, failureMessage: sql`null` },
    sql`true`
  )

/** For a batch whose records ended one way or another. */
export const endBatch = (context: StoreContext) => {
  const { clock, columns } = context
  const array = (name: string, type: string) => sql`(select ${sql.placeholder(name)}::${sql.raw(type)}[])`
  const rest = sql`(ended.rest * interval '1 millisecond')`
  const error = errored(context, sql`ended.message`, rest)
  const failure = failed(context, sql`ended.message`)
  const choose = (success: SQL, ofError: SQL, ofFailure: SQL, requeued: SQL): SQL =>
    sql`case ended.ending when 'completed' then ${success} when 'errored' then ${ofError} when 'failed' then ${ofFailure} else ${requeued} end`
  return finishBatch(
    context,
    sql`unnest((select ${idsPlaceholder(context)}), ${array("logged", "boolean")}, ${array("endings", "text")}, ${array("messages", "text")}, ${array("rests", "float8")}) with ordinality as ended(id, logged, ending, message, rest, place)`,
    {
      state: choose(completed.state, error.state, failure.state, state("queued")),
      final: choose(completed.final, error.final, failure.final, sql`false`),
      numFailures: choose(
        sql`${columns.numFailures}`,
        error.numFailures!,
        failure.numFailures!,
        sql`${columns.numFailures}`
      ),
      failureMessage: sql`ended.message`,
      processAfter: choose(
        sql`${columns.processAfter}`,
        error.processAfter!,
        sql`${columns.processAfter}`,
        sql`${clock} + ${rest}`
      )
    },
    sql`ended.ending = 'completed'`
  )
}

const finishBatch = (context: StoreContext, ended: SQL, ending: Ending, isSuccess: SQL) => {
  const { clock, columns, db, onComplete, table } = context
  const kept = onComplete === "keep" ? sql`` : sql` and not (${isSuccess})`
  const done = db.$with("done").as(
    db
      .update(table)
      .set(
        assign(context, {
          ...ending,
          state: stateOf(context, ending.state),
          attempt: sql`${columns.attempt} + 1`,
          startedAt: sql`least(now(), ${clock})`,
          lastHeartbeatAt: clock,
          finishedAt: clock,
          workerHostname: sql`${sql.placeholder("workerHostname")}`,
          executionLogs: sql`case when ended.logged then ${columns.executionLogs} end`
        })
      )
      .from(ended)
      .where(sql`${columns.id} = ended.id${kept}`)
      .returning({ place: sql<number>`ended.place::int`.as("place"), state: columns.state })
  )
  const byState = { state: sql<string>`state::text`.as("state"), places: sql`array_agg(place)`.as("places") }
  if (onComplete === "keep") return db.with(done).select(byState).from(done).groupBy(sql.raw("state"))
  const gone = db
    .$with("gone", { place: sql<number>`place`.as("place") })
    .as(
      sql`delete from ${table} using ${ended} where ${columns.id} = ended.id and (${isSuccess}) returning ended.place::int`
    )
  const all = sql`(select 'completed' as state, place from gone union all select state::text, place from done) as ended`
  return db
    .with(gone, done)
    .select(byState)
    .from(all as unknown as PgTable)
    .groupBy(sql.raw("state"))
}
