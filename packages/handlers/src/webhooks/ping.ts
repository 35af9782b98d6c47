/**
 * Lets a receiver know of its webhook, and an admin know whether it hears.
 */
import { Database } from "@drover/core"
import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { repositoryBody, userBody } from "../events/bodies.ts"
import { webhookDeliveries } from "../schema/webhooks.ts"
import { DeliverWebhook } from "./DeliverWebhook.ts"
import { requireWebhook, type WebhookChoice } from "./findWebhook.ts"
import { shown, type Webhook, webhookBody } from "./Webhook.ts"

const zen = [
  "Slow is smooth, and smooth is fast.",
  "What is told once is told well.",
  "A queue that is empty has done its work.",
  "Keep the flock together.",
  "Speak plainly; sign what you say.",
  "The dog that rests also guards."
] as const

/**
 * Sends a ping, whatever the webhook hears of and however long it has been failing; gives the id of the delivery. Takes
 * the role `admin`.
 *
 * @category operations
 */
export const pingWebhook = Effect.fn("Webhooks.ping")(function* (choice: WebhookChoice) {
  const row = yield* requireWebhook(choice)
  const { transaction } = yield* Database
  return yield* transaction(sendPing(shown(row), choice.actorId))
})

/** The caller has a transaction open. */
export const sendPing = Effect.fnUntraced(function* (hook: Webhook, actorId: ActorId) {
  const { run } = yield* Database
  const body = JSON.stringify({
    zen: zen[hook.id % zen.length],
    hook_id: hook.id,
    hook: webhookBody(hook),
    ...(hook.repositoryId === null ? {} : { repository: yield* repositoryBody(hook.repositoryId) }),
    sender: yield* userBody(actorId ?? null)
  })
  const [delivery] = yield* run((db) =>
    db
      .insert(webhookDeliveries)
      .values({ webhookId: hook.id, event: "ping", body })
      .returning({ id: webhookDeliveries.id })
  )
  const { id } = delivery!
  yield* DeliverWebhook.enqueue({ deliveryId: id, redelivery: false })
  return id
})
