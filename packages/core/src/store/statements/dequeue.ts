/**
 * Takes up to `limit` eligible records of a table, in order, in one statement.
 *
 * 1. The inner select walks the ready index, locks what it returns and skips
 *    what others have locked. Postgres tests the locked row again, whole, so
 *    that a record another worker has just taken is passed over. The limit
 *    is kept from the planner, which would otherwise read and sort all that is
 *    ready where old statistics say that it is not much more than the limit:
 *    of an unknown limit it expects a tenth of the rows, and of two a hundredth.
 * 2. The update finds the locked rows by their place in the table. A join on
 *    ids would turn into a scan of the table for large batches; this cannot.
 * 3. `place` keeps the order, which RETURNING does not.
 *
 * Served by the ready index (`workIndexes`), or whichever index equals the store's order.
 */
import { and, type SQL, sql } from "drizzle-orm"
import { type ClaimReader, claimReader } from "../claimReader.ts"
import { eligible } from "../eligible.ts"
import { assign, state, type StoreContext } from "../StoreContext.ts"

export const dequeue = (
  context: StoreContext,
  conditions: ReadonlyArray<SQL>,
  reader: Pick<ClaimReader, "fields"> = claimReader(context, context.selection)
) => {
  return claim(context, candidates(context, conditions, hiddenLimit), reader)
}

/** How many, without a word to the planner, which would read and sort all that is ready for many. */
export const hiddenLimit = sql`(select ${sql.placeholder("limit")}::bigint)`

/** Locks the first records that are eligible, and gives their places in the table as an array. */
export const candidates = (context: StoreContext, conditions: ReadonlyArray<SQL>, limit: SQL): SQL => {
  const { columns, db, order, table } = context
  const first = db
    .select({ tid: sql`${table}.ctid`.as("tid") })
    .from(table)
    .where(and(eligible(context, columns), ...conditions.map((condition) => sql`(${condition})`)))
    .orderBy(...order)
    .limit(limit as never)
    .for("update", { skipLocked: true })
  return sql`array(select tid from ${first} as first limit ${limit})`
}

/** Claims the records at these places in the table. */
export const claim = (context: StoreContext, places: SQL, reader: Pick<ClaimReader, "fields">) =>
  context.db
    .update(context.table)
    .set(claimed(context))
    .from(sql`unnest(${places}) with ordinality as candidate(tid, place)`)
    .where(sql`${context.table}.ctid = candidate.tid`)
    .returning(reader.fields)

/** What a dequeue writes, in every variant of it. `claimReader` knows what it writes to every row alike. */
export const claimed = (context: StoreContext) =>
  assign(context, {
    state: state("processing"),
    attempt: sql`${context.columns.attempt} + 1`,
    startedAt: context.clock,
    lastHeartbeatAt: context.clock,
    workerHostname: sql`${sql.placeholder("workerHostname")}`,
    finishedAt: sql`null`,
    failureMessage: sql`null`,
    executionLogs: sql`null`,
    runAgain: sql`false`
  })
