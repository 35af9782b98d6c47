/**
 * Ends many attempts in one statement.
 *
 * 1. `free` finds the rows whose current attempts they are, and locks them. It
 *    skips what somebody else has locked: a producer's open transaction, which
 *    the ends of all the others are not to wait for.
 * 2. `done` writes the ends, `gone` deletes what is not kept; both find the
 *    locked rows by their place in the table, as in `dequeue`.
 * 3. The answer is one row a state, with the places of the fences that came to it.
 *
 * Served by the primary key.
 */
import { type SQL, sql } from "drizzle-orm"
import type { PgTable } from "drizzle-orm/pg-core"
import { fences, isCurrentOfFences } from "../Fence.ts"
import type { StoreContext } from "../StoreContext.ts"
import { type Ending, finished, wakeIfAgain } from "./finish.ts"
import { completed } from "./markComplete.ts"
import { errored } from "./markErrored.ts"
import { failed } from "./markFailed.ts"

/** For many that all succeeded. */
export const completeMany = (context: StoreContext) =>
  finishMany(context, fences(context), {}, () => completed, sql`true`)

/** For many that ended one way or another: `endings` names a state for each, `messages` and `rests` are of those that failed. */
export const endMany = (context: StoreContext) => {
  const array = (name: string, type: string) => sql`(select ${sql.placeholder(name)}::${sql.raw(type)}[])`
  const endings = [array("endings", "text"), array("messages", "text"), array("rests", "float8")]
  return finishMany(
    context,
    fences(context, endings, sql`, ending, message, rest`),
    {
      ending: sql<string>`fence.ending`.as("ending"),
      message: sql<string>`fence.message`.as("message"),
      rest: sql<number>`fence.rest`.as("rest")
    },
    () => either(context),
    sql`free.ending = 'completed'`
  )
}

const finishMany = (
  context: StoreContext,
  given: SQL,
  givenFields: Record<string, SQL.Aliased>,
  ending: () => Ending,
  isSuccess: SQL
) => {
  const { columns, db, table } = context
  const free = db.$with("free").as(
    db
      .select({
        tid: sql`${table}.ctid`.as("tid"),
        place: sql<number>`fence.place::int`.as("place"),
        ...givenFields
      })
      .from(given)
      .innerJoin(table, isCurrentOfFences(context))
      .for("update", { skipLocked: true })
  )
  const isGone = gone(context, isSuccess)
  const done = db.$with("done").as(
    db
      .update(table)
      .set(finished(context, ending()))
      .from(free)
      .where(sql`${table}.ctid = free.tid${isGone === undefined ? sql`` : sql` and not ${isGone}`}`)
      .returning({ place: sql`free.place`.as("place"), state: columns.state, ...named(wakeIfAgain(context)) })
  )
  const byState = { state: sql<string>`state::text`.as("state"), places: sql`array_agg(place)`.as("places") }
  if (isGone === undefined) return db.with(free, done).select(byState).from(done).groupBy(columnOf("state"))
  const deleted = db
    .$with("gone", { place: sql<number>`place`.as("place") })
    .as(sql`delete from ${table} using free where ${table}.ctid = free.tid and ${isGone} returning free.place`)
  const ended = sql`(select 'completed' as state, place from gone union all select state::text, place from done) as ended`
  return db
    .with(free, deleted, done)
    .select(byState)
    .from(ended as unknown as PgTable)
    .groupBy(columnOf("state"))
}

/** Whether a row is deleted and not kept: when it succeeded, is to be deleted, and is not to run once more. */
const gone = ({ columns, onComplete }: StoreContext, isSuccess: SQL): SQL | undefined => {
  if (onComplete === "keep") return undefined
  return columns.runAgain === undefined ? sql`(${isSuccess})` : sql`(${isSuccess} and not ${columns.runAgain})`
}

const columnOf = (name: string): SQL => sql.raw(name)

const named = (fields: Record<string, SQL>): Record<string, SQL.Aliased> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.as(name)]))

/** The ending that `free.ending` names. */
const either = (context: StoreContext): Ending => {
  const { columns } = context
  const error = errored(context, sql`free.message`, sql`(free.rest * interval '1 millisecond')`)
  const failure = failed(context, sql`free.message`)
  const choose = (success: SQL, ofError: SQL, ofFailure: SQL): SQL =>
    sql`case free.ending when 'completed' then ${success} when 'errored' then ${ofError} else ${ofFailure} end`
  return {
    state: choose(completed.state, error.state, failure.state),
    final: choose(completed.final, error.final, failure.final),
    numFailures: choose(sql`${columns.numFailures}`, error.numFailures!, failure.numFailures!),
    failureMessage: choose(sql`${columns.failureMessage}`, error.failureMessage!, failure.failureMessage!),
    processAfter: choose(sql`${columns.processAfter}`, error.processAfter!, sql`${columns.processAfter}`)
  }
}
