import { type SQL, sql } from "drizzle-orm"
import { pullRequests } from "../schema/pullRequests.ts"

/**
 * `updated_at` of a pull request that changes: later, to the millisecond, than it was. So whoever read it twice knows
 * which of the two is newer, though the clock went back, or a statement waited for the row longer than another.
 */
export const changedAt = (clock: SQL): SQL =>
  sql`greatest(${clock}, ${pullRequests.updatedAt} + interval '1 millisecond')`
