/**
 * The one clock of every statement: the database's.
 *
 * Workers on many machines agree about time because none of them is asked for
 * it. A test replaces the expression and moves time by hand.
 */
import { type SQL, sql } from "drizzle-orm"
import { Context, Duration } from "effect"

/**
 * The SQL expression for "now". It is read when a store is made.
 *
 * `statement_timestamp()` and not `now()`, which stands still in a long
 * transaction; and not `clock_timestamp()`, which no index condition may use.
 *
 * @category services
 */
export const DatabaseClock = Context.Reference<SQL>("@drover/core/table/DatabaseClock", {
  defaultValue: () => sql`statement_timestamp()`
})

/** A duration as an interval, to the millisecond. */
export const interval = (duration: Duration.Duration): SQL => intervalMillis(Duration.toMillis(duration))

/** Milliseconds, or a placeholder for them, as an interval. */
export const intervalMillis = (millis: number | ReturnType<typeof sql.placeholder>): SQL =>
  sql`(${millis}::double precision * interval '1 millisecond')`
