/**
 * Deletes finished records past their time, oldest first, a batch at a time.
 * Served by the finished index.
 */
import { and, sql } from "drizzle-orm"
import { intervalMillis } from "../../table/DatabaseClock.ts"
import type { StoreContext } from "../StoreContext.ts"

export const deleteFinished = ({ clock, columns, db, table }: StoreContext) => {
  const old = db
    .select({ ctid: sql`${table}.ctid` })
    .from(table)
    .where(
      and(
        sql`${columns.state} in ('failed', 'completed', 'canceled')`,
        sql`${columns.state}::text = any(${sql.placeholder("states")})`,
        sql`${columns.finishedAt} < ${clock} - ${intervalMillis(sql.placeholder("keepMillis"))}`
      )
    )
    .orderBy(columns.finishedAt)
    .limit(sql.placeholder("limit"))
    .for("update", { skipLocked: true })
  return db
    .delete(table)
    .where(sql`${table}.ctid = any(array(${old}))`)
    .returning({ id: columns.id })
}
