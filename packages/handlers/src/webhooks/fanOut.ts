/**
 * Has an event delivered to every webhook that hears of it: a delivery each, with the body as it is now, and a job
 * each, in the transaction of the event. Served by `webhooks_repository_idx`.
 */
import { Database } from "@drover/core"
import { and, eq, isNull, or, sql } from "drizzle-orm"
import { Effect } from "effect"
import { webhookDeliveries, webhooks } from "../schema/webhooks.ts"
import { DeliverWebhook } from "./DeliverWebhook.ts"

export interface RecordedEvent {
  readonly id: number
  readonly repositoryId: number
  readonly event: string
  readonly action: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** Gives the ids of the deliveries. */
export const fanOut = Effect.fnUntraced(function* ({ action, event, id, payload, repositoryId }: RecordedEvent) {
  const { run } = yield* Database
  const hearing = yield* run((db) =>
    db
      .select({ webhookId: webhooks.id })
      .from(webhooks)
      .where(
        and(
          or(eq(webhooks.repositoryId, repositoryId), isNull(webhooks.repositoryId)),
          eq(webhooks.active, true),
          sql`${webhooks.events} && ${sql.param([event, "*"])}::text[]`
        )
      )
  )
  if (hearing.length === 0) return []
  const body = JSON.stringify(payload)
  const deliveries = yield* run((db) =>
    db
      .insert(webhookDeliveries)
      .values(hearing.map(({ webhookId }) => ({ webhookId, eventId: id, event, action, body })))
      .returning({ deliveryId: webhookDeliveries.id })
  )
  yield* DeliverWebhook.enqueueAll(deliveries.map(({ deliveryId }) => ({ deliveryId, redelivery: false })))
  return deliveries.map(({ deliveryId }) => deliveryId)
})
