/**
 * processing → completed, whatever the cancel flag says: the work is done. Or
 * the record is deleted, in a store that keeps none of those; not when it is to
 * run once more.
 */
import { and, type SQLWrapper, sql } from "drizzle-orm"
import { isCurrent } from "../Fence.ts"
import { state, type StoreContext } from "../StoreContext.ts"
import { type Ending, finish } from "./finish.ts"

export const completed: Ending = { state: state("completed"), final: sql`true` }

export const markComplete = (context: StoreContext): SQLWrapper => {
  const { columns, db, onComplete, table } = context
  if (onComplete === "keep") return finish(context, completed)
  const once = columns.runAgain === undefined ? undefined : sql`not ${columns.runAgain}`
  const deleted = db
    .delete(table)
    .where(and(isCurrent(context), once))
    .returning({ state: state("completed") })
  if (columns.runAgain === undefined) return deleted
  const again = finish(context, completed, sql`${columns.runAgain}`)
  return sql`with gone as ${deleted}, kept as ${again} select * from gone union all select state::text from kept`
}
