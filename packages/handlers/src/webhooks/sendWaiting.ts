/**
 * Has what waited for an endpoint sent soon, now that it answers: not when the pause would have ended that it was put
 * off for. Part of the transaction that closed the circuit.
 *
 * Not all at once. They become due one after the other, and how many requests are on their way is what the webhook's
 * turns say, as ever.
 */
import { Database, DatabaseClock, JobQueue, jobs } from "@drover/core"
import { type SQL, sql } from "drizzle-orm"
import { Effect } from "effect"
import { webhookDeliveries } from "../schema/webhooks.ts"
import { DeliverWebhook } from "./DeliverWebhook.ts"

/** Between one and the next, in seconds. An endpoint that answers in a fifth of a second is kept busy. */
const SPACING = 0.05

/** How many, those that wait for longest. What lies behind them is due in a quarter of an hour at the latest. */
const MOST = 5000

/**
 * None is put off further than it was. A rest between attempts is left as it is (`errored`): it is the delivery's own.
 * Whoever is claimed at this moment is passed by.
 *
 * Served by `webhook_deliveries_pending_idx`, `jobs_dedupe_idx` and the primary key of `jobs`.
 */
export const selectWaiting = (webhookId: number, clock: SQL) => sql`
  select job.id, waiting.created_at
  from (
    select ${webhookDeliveries.id}, ${webhookDeliveries.createdAt}
    from ${webhookDeliveries}
    where ${webhookDeliveries.webhookId} = ${webhookId} and ${webhookDeliveries.state} = 'pending'
    order by ${webhookDeliveries.createdAt}
    limit ${MOST}
  ) as waiting
  cross join lateral (
    select id from ${jobs}
    where kind = ${sql.raw(`'${DeliverWebhook.name}'`)} and dedupe_key = waiting.id::text
      and state = 'queued' and process_after > ${clock}
    for update skip locked
  ) as job`

export const sendWaiting = Effect.fn("Webhooks.sendWaiting")(function* (webhookId: number) {
  const { run } = yield* Database
  const { store } = yield* JobQueue
  const clock = yield* DatabaseClock
  const moved = yield* run((db) =>
    db.execute(sql`
      with held as (${selectWaiting(webhookId, clock)}),
      next as (select id, row_number() over (order by created_at) - 1 as place from held)
      update ${jobs}
      set process_after = least(process_after, ${clock} + next.place * ${SPACING}::float8 * interval '1 second')
      from next
      where ${jobs.id} = next.id
      returning 1`)
  )
  if (moved.length > 0) yield* store.wake
  return moved.length
})
