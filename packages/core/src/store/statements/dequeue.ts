/**
 * Takes up to `limit` eligible records of a table, in order, in one statement.
 *
 * 1. The inner select walks the ready index, locks what it returns and skips
 *    what others have locked. Postgres tests the locked row again, whole, so
 *    that a record another worker has just taken is passed over.
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
  const chosen = candidates(context, conditions, sql`${sql.placeholder("limit")}`)
  return claim(context, sql`array(${chosen})`, reader)
}

/** Locks the first records that are eligible, and gives their places in the table. */
export const candidates = (context: StoreContext, conditions: ReadonlyArray<SQL>, limit: SQL) =>
  context.db
    .select({ ctid: sql`${context.table}.ctid` })
    .from(context.table)
    .where(and(eligible(context, context.columns), ...conditions.map((condition) => sql`(${condition})`)))
    .orderBy(...context.order)
    .limit(limit as never)
    .for("update", { skipLocked: true })

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
