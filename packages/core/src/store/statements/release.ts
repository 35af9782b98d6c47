/**
 * processing → queued, for records that were taken and that no handler has
 * begun: each to where it stood in the order, and all workers told to look
 * there again. Who was asked to stop meanwhile is canceled instead.
 *
 * Served by the primary key.
 */
import { sql } from "drizzle-orm"
import { fences, isCurrentOfFences } from "../Fence.ts"
import { assign, type StoreContext } from "../StoreContext.ts"
import { lookAgain } from "../wake.ts"
import { unlessCanceled } from "./requeue.ts"

export const release = (context: StoreContext) => {
  const { columns, db, table } = context
  const free = db.$with("free").as(
    db
      .select({ tid: sql`${table}.ctid`.as("tid"), place: sql<number>`fence.place::int`.as("place") })
      .from(fences(context))
      .innerJoin(table, isCurrentOfFences(context))
      .for("update", { skipLocked: true })
  )
  const done = db.$with("done").as(
    db
      .update(table)
      .set({
        ...unlessCanceled(context),
        ...assign(context, { startedAt: sql`null`, lastHeartbeatAt: sql`null`, workerHostname: sql`''` })
      })
      .from(free)
      .where(sql`${table}.ctid = free.tid`)
      .returning({ place: sql<number>`free.place`.as("place"), state: columns.state })
  )
  return db
    .with(free, done)
    .select({ place: done.place, told: lookAgain(context.name) })
    .from(done)
}
