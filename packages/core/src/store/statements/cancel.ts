/**
 * queued, errored → canceled at once; processing → asked to stop, and its worker
 * told to look. Served by the primary key.
 */
import { and, sql } from "drizzle-orm"
import { assign, idsPlaceholder, state, stateOf, type StoreContext } from "../StoreContext.ts"
import { tellIfProcessing } from "../wake.ts"

export const cancel = (context: StoreContext) => {
  const { clock, columns } = context
  const running = sql`${columns.state} = 'processing'`
  return context.db
    .update(context.table)
    .set(
      assign(context, {
        state: stateOf(context, sql`case when ${running} then ${columns.state}::text else ${state("canceled")} end`),
        cancel: running,
        finishedAt: sql`case when ${running} then ${columns.finishedAt} else ${clock} end`,
        runAgain: sql`false`
      })
    )
    .where(
      and(
        sql`${columns.id} = any(${idsPlaceholder(context)})`,
        sql`${columns.state} in ('queued', 'errored', 'processing')`
      )
    )
    .returning({ id: columns.id, state: columns.state, told: tellIfProcessing(context) })
}
