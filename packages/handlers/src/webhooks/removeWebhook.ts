import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { webhooks } from "../schema/webhooks.ts"
import { requireWebhook, type WebhookChoice } from "./findWebhook.ts"

/** Removes a webhook with its deliveries; what is not sent yet never is. Takes the role `admin`. @category operations */
export const removeWebhook = Effect.fn("Webhooks.remove")(function* (choice: WebhookChoice) {
  yield* requireWebhook(choice)
  const { run } = yield* Database
  yield* run((db) => db.delete(webhooks).where(eq(webhooks.id, choice.webhookId)))
})
