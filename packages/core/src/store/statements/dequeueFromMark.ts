/**
 * As `dequeue`, but starts at a position in the order (`LowWaterMark`), so that it walks over nothing that was claimed
 * before.
 *
 * 1. Where a column stands in front of the time: what is recent and in front of the position.
 * 2. With what is left of the limit: what is behind the position, or recent.
 *
 * Served by the ready index, or whichever index equals the store's order. From Postgres 18 on the first arm skips
 * from one value in front to the next; before, it passes over the index entries of all, and reads no rows.
 */
import { type SQL, sql } from "drizzle-orm"
import { type ClaimReader, claimReader } from "../claimReader.ts"
import { isBehind, isRecentInFront, type TimedOrder } from "../position.ts"
import type { StoreContext } from "../StoreContext.ts"
import { candidates, claim, hiddenLimit } from "./dequeue.ts"

export const dequeueFromMark = (
  context: StoreContext,
  order: TimedOrder,
  conditions: ReadonlyArray<SQL>,
  reader: Pick<ClaimReader, "fields"> = claimReader(context, context.selection)
) => {
  const arm = (only: SQL, limit: SQL) => candidates(context, [...conditions, only], limit)
  const limit = hiddenLimit
  const behind = isBehind(context, order)
  if (order.front === undefined) return claim(context, arm(behind, limit), reader)
  const left = sql`${limit} - (select cardinality(tids) from before_mark)`
  const both = sql`(select tids from before_mark) || ${arm(behind, left)}`
  const first = sql`select ${arm(isRecentInFront(context, order.front), limit)} as tids`
  // as plain SQL: a builder would be put in brackets
  return sql`with before_mark as materialized (${first}) ${claim(context, both, reader).getSQL()}`
}
