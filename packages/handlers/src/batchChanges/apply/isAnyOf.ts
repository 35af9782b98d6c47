import { type SQL, type SQLWrapper, sql } from "drizzle-orm"

/** `= any(…)`: one parameter, however many ids there are. */
export const isAnyOf = (column: SQLWrapper, ids: Iterable<number>): SQL =>
  sql`${column} = any(${sql.param([...new Set(ids)])}::bigint[])`
