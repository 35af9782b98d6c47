/**
 * Renews the leases of many attempts, and tells which of them are still ours
 * and which were asked to stop.
 *
 * A row that somebody has locked (a producer whose open transaction enqueued
 * onto it) is ours all the same: it is skipped and not waited for, so that one
 * slow transaction cannot make all the others' leases run out.
 *
 * `state || ''` hides the test from the planner's statistics, which were taken
 * in a quiet moment and would make it walk every processing row for every id.
 * Served by the primary key.
 */
import { sql } from "drizzle-orm"
import { heldBy } from "../Fence.ts"
import { assign, idsPlaceholder, type StoreContext } from "../StoreContext.ts"

export const heartbeat = (context: StoreContext) => {
  const { clock, columns, db, table } = context
  const fences = sql`unnest(${idsPlaceholder(context)}, ${sql.placeholder("attempts")}::int[], ${sql.placeholder("workerHostnames")}::text[]) as fence(id, attempt, worker_hostname)`
  const current = sql`${columns.id} = fence.id and ${columns.attempt} = fence.attempt and (${columns.state}::text || '') = 'processing' and ${heldBy(columns.workerHostname, sql`fence.worker_hostname`)}`
  const mine = db.$with("mine").as(
    db
      .select({ id: sql`${columns.id}`.as("id"), cancel: sql`${columns.cancel}`.as("cancel") })
      .from(fences)
      .innerJoin(table, current)
  )
  // in id order, so that two heartbeats over the same rows cannot deadlock
  const free = db.$with("free").as(
    db
      .select({ ctid: sql`${table}.ctid`.as("tid") })
      .from(fences)
      .innerJoin(table, current)
      .orderBy(columns.id)
      .for("update", { skipLocked: true })
  )
  const beat = db.$with("beat").as(
    db
      .update(table)
      .set(assign(context, { lastHeartbeatAt: clock }))
      .from(free)
      .where(sql`${table}.ctid = ${free.ctid}`)
      .returning({ id: columns.id })
  )
  return db
    .with(mine, free, beat)
    .select({ id: sql`${mine.id}`.mapWith(columns.id), cancel: sql<boolean>`${mine.cancel}` })
    .from(mine)
}
