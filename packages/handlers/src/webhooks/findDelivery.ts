/**
 * Reads deliveries, and how they went, for those who may know of their webhook.
 */
import { Database } from "@drover/core"
import { and, asc, desc, eq, getTableColumns, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { webhookAttempts, webhookDeliveries } from "../schema/webhooks.ts"
import { requireWebhook, type WebhookChoice } from "./findWebhook.ts"
import { DeliveryUnknown } from "./WebhookError.ts"

/** @category models */
export type Delivery = typeof webhookDeliveries.$inferSelect

/** @category models */
export type DeliveryAttempt = typeof webhookAttempts.$inferSelect

/** @category options */
export interface DeliveryChoice {
  readonly deliveryId: string
  readonly actorId?: ActorId
}

/** A delivery with its attempts, the first one first. Served by `webhook_attempts_delivery_idx`. @category operations */
export const findDelivery = Effect.fn("Webhooks.findDelivery")(function* (choice: DeliveryChoice) {
  const delivery = yield* requireDelivery(choice)
  const { run } = yield* Database
  const attempts = yield* run((db) =>
    db
      .select()
      .from(webhookAttempts)
      .where(eq(webhookAttempts.deliveryId, delivery.id))
      .orderBy(asc(webhookAttempts.id))
  )
  return { ...delivery, attempts } satisfies Delivery & { readonly attempts: ReadonlyArray<DeliveryAttempt> }
})

export const requireDelivery = Effect.fnUntraced(function* ({ actorId, deliveryId }: DeliveryChoice) {
  const unknown = new DeliveryUnknown({ id: deliveryId })
  if (!isUuid(deliveryId)) return yield* unknown
  const { run } = yield* Database
  const [delivery] = yield* run((db) => db.select().from(webhookDeliveries).where(eq(webhookDeliveries.id, deliveryId)))
  if (delivery === undefined) return yield* unknown
  yield* requireWebhook({ webhookId: delivery.webhookId, actorId }).pipe(
    Effect.catchTag("WebhookUnknown", () => Effect.fail(unknown))
  )
  return delivery
})

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)

/** @category options */
export interface ListDeliveries extends WebhookChoice {
  /** Defaults to all. */
  readonly state?: Delivery["state"] | undefined
  /** A page's last delivery: the page after it is given. Defaults to the newest ones. */
  readonly after?: string | undefined
  /** At most 100. Defaults to 30. */
  readonly limit?: number | undefined
}

/** A delivery without its body. @category models */
export type DeliverySummary = Omit<Delivery, "body">

/** The newest first. Served by `webhook_deliveries_webhook_idx`. @category operations */
export const listDeliveries = Effect.fn("Webhooks.listDeliveries")(function* (wanted: ListDeliveries) {
  yield* requireWebhook(wanted)
  const { after } = wanted
  if (after !== undefined && !isUuid(after)) return yield* new DeliveryUnknown({ id: after })
  const { run } = yield* Database
  return (yield* run((db) => deliveriesQuery(db, wanted))) satisfies ReadonlyArray<DeliverySummary>
})

/** In the order of the index. */
export const deliveriesQuery = (
  db: Database["Service"]["db"],
  { after, limit = 30, state, webhookId }: ListDeliveries
) => {
  const { body: _, ...columns } = getTableColumns(webhookDeliveries)
  const { createdAt, id } = columns
  // by the row itself: a JavaScript date has no microseconds
  const place = sql`(select created_at, id from webhook_deliveries where id = ${after ?? null}::uuid)`
  return db
    .select(columns)
    .from(webhookDeliveries)
    .where(
      and(
        eq(columns.webhookId, webhookId),
        state === undefined ? undefined : eq(columns.state, state),
        after === undefined ? undefined : sql`(${createdAt}, ${id}) < ${place}`
      )
    )
    .orderBy(desc(createdAt), desc(id))
    .limit(Math.min(Math.max(1, Math.trunc(limit)), 100))
}
