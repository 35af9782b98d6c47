/**
 * Locks up to `limit` eligible records of a table, in order, for the rest of the
 * transaction, and reads them. It writes nothing: the lock says whose they are.
 *
 * Served by the ready index, as `dequeue`.
 */
import { and, type SQL, sql } from "drizzle-orm"
import { type ClaimReader, claimReader, type ReaderOptions } from "../claimReader.ts"
import { eligible } from "../eligible.ts"
import { decodedAs, type Field } from "../Returned.ts"
import type { StoreContext } from "../StoreContext.ts"
import { hiddenLimit } from "./dequeue.ts"

export const lockBatch = (
  context: StoreContext,
  conditions: ReadonlyArray<SQL>,
  reader: Pick<ClaimReader, "fields"> = batchReader(context)
) => {
  const { columns, db, order, table } = context
  const first = db
    .select(reader.fields)
    .from(table)
    .where(and(eligible(context, columns), ...conditions.map((condition) => sql`(${condition})`)))
    .orderBy(...order)
    .limit(hiddenLimit as never)
    .for("update", { skipLocked: true })
  // said twice, the limit makes the planner expect few, and walk the index for them: see `dequeue`
  return sql`select * from ${first} as first limit ${hiddenLimit}`
}

export const batchReader = (context: StoreContext): ClaimReader =>
  claimReader(context, context.selection, { as: asHandled(context) })

/** A record in its handler's hands looks as a dequeue would have left it, although nothing is written yet. */
export const asHandled = ({ clock, columns }: StoreContext): NonNullable<ReaderOptions["as"]> => {
  const instead = new Map<Field, Field>([
    [columns.attempt, decodedAs(columns.attempt, sql`${columns.attempt} + 1`)],
    [columns.startedAt, decodedAs(columns.startedAt, sql`${clock}`)],
    [columns.lastHeartbeatAt, decodedAs(columns.lastHeartbeatAt, sql`${clock}`)]
  ])
  return (column) => instead.get(column) ?? column
}
