import { Database, DatabaseClock } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect, Redacted } from "effect"
import { webhooks } from "../schema/webhooks.ts"
import type { AddWebhook } from "./addWebhook.ts"
import { requireWebhook, type WebhookChoice } from "./findWebhook.ts"
import { WebhookGuard } from "./guard/WebhookGuard.ts"
import { sendWaiting } from "./sendWaiting.ts"
import { shown } from "./Webhook.ts"
import { WebhookUnknown } from "./WebhookError.ts"
import { checkEvents, checkSecret, checkUrl } from "./webhookRules.ts"

/** What is left out stays as it is. @category options */
export interface UpdateWebhook
  extends WebhookChoice, Partial<Pick<AddWebhook, "url" | "events" | "contentType" | "active">> {
  /** Null: deliveries are signed no more. */
  readonly secret?: Redacted.Redacted | null | undefined
}

/**
 * Changes a webhook, and lets it be tried at once: its failures are forgotten. What waits for it is sent to where it is
 * now, signed with the secret that it has now. Takes the role `admin`.
 *
 * @category operations
 */
export const updateWebhook = Effect.fn("Webhooks.update")(function* (wanted: UpdateWebhook) {
  const { active, contentType, events, secret, url, webhookId } = wanted
  yield* requireWebhook(wanted)
  const guard = yield* WebhookGuard
  const change = {
    ...(url === undefined ? {} : { url: yield* checkUrl(url, guard) }),
    ...(events === undefined ? {} : { events: yield* checkEvents(events) }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(active === undefined ? {} : { active }),
    ...(secret === undefined ? {} : { secret: secret === null ? null : yield* checkSecret(Redacted.value(secret)) })
  }
  const { run, transaction } = yield* Database
  const updatedAt = yield* DatabaseClock
  const [row] = yield* transaction(
    Effect.tap(
      run((db) =>
        db
          .update(webhooks)
          .set({ ...change, failuresInARow: 0, pausedUntil: null, updatedAt })
          .where(eq(webhooks.id, webhookId))
          .returning()
      ),
      () => sendWaiting(webhookId)
    )
  )
  return row === undefined ? yield* new WebhookUnknown({ id: webhookId }) : shown(row)
})
