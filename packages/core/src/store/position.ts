/**
 * Positions in a store's order, for claims that start at one: which columns they are made of, and how they travel.
 *
 * Times stay the text that the driver gave: a Date would lose their microseconds.
 */
import { type SQL, sql } from "drizzle-orm"
import type { AnyPgColumn } from "drizzle-orm/pg-core"
import type { RawRow } from "../database/router.ts"
import { ascendingColumn } from "../table/Order.ts"
import type { Position } from "./LowWaterMark.ts"
import type { Returned } from "./Returned.ts"
import { type StoreContext, typeOf } from "./StoreContext.ts"

/** An order by time, with at most one column in front of it. */
export interface TimedOrder {
  readonly front: AnyPgColumn | undefined
}

/**
 * Undefined for every other order, and for views: there nothing says that what becomes ready is recent, or that what
 * is recent is found without looking at everything.
 */
export const timedOrder = ({
  columns,
  order,
  source,
  table
}: Pick<StoreContext, "columns" | "order" | "source" | "table">): TimedOrder | undefined => {
  const ordered = order.map(ascendingColumn)
  const front = ordered.length === 3 ? ordered.shift() : undefined
  const isTimed =
    source === table &&
    ordered.length === 2 &&
    ordered[0] === columns.processAfter &&
    ordered[1] === columns.id &&
    columns.processAfter.notNull &&
    (order.length === 2 || front?.notNull === true)
  return isTimed ? { front } : undefined
}

const AFTER = "markAfter"
const FRONT = "markFront"
const ID = "markId"
const SEEN = "markSeen"

/** Reads the position of a claimed row. `started_at` is the clock of the claim. */
export const positionReader = (
  { columns }: StoreContext,
  { front }: TimedOrder,
  returned: Returned
): ((row: RawRow) => Position) => {
  const after = returned.placeOf(columns.processAfter)
  const id = returned.placeOf(columns.id)
  const seen = returned.placeOf(columns.startedAt)
  const inFront = front === undefined ? undefined : returned.placeOf(front)
  return (row) => ({
    [AFTER]: row[after],
    [ID]: row[id],
    [SEEN]: row[seen],
    ...(inFront === undefined ? {} : { [FRONT]: row[inFront] })
  })
}

/**
 * How long before the last claim a time may lie that was not there to be seen: a transaction commits a moment after
 * it has read the clock.
 */
const LATE = sql.raw("interval '250 milliseconds'")

/** Kept from the planner, which would otherwise plan for each position anew: dearer than a claim of one record. */
const given = (name: string, column: AnyPgColumn): SQL => sql`(select ${sql.placeholder(name)}::${typeOf(column)})`

const recent = ({ columns }: StoreContext): SQL => sql`${given(SEEN, columns.processAfter)} - ${LATE}`

/** Behind the position, or recent. A row comparison of leading columns is the range of the index. */
export const isBehind = (context: StoreContext, { front }: TimedOrder): SQL => {
  const { id, processAfter } = context.columns
  // a microsecond earlier, so that the id says nothing of what is just recent
  const after = sql`least(${given(AFTER, processAfter)}, ${recent(context)} - interval '1 microsecond')`
  return front === undefined
    ? sql`(${processAfter}, ${id}) > (${after}, ${given(ID, id)})`
    : sql`(${front}, ${processAfter}, ${id}) > (${given(FRONT, front)}, ${after}, ${given(ID, id)})`
}

/** What has come in front of the position since. */
export const isRecentInFront = (context: StoreContext, front: AnyPgColumn): SQL =>
  sql`${front} < ${given(FRONT, front)} and ${context.columns.processAfter} >= ${recent(context)}`
