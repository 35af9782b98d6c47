import { Database } from "@drover/core"
import { Effect, Redacted } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { webhooks } from "../schema/webhooks.ts"
import { requireOwner } from "./findWebhook.ts"
import { WebhookGuard } from "./guard/WebhookGuard.ts"
import { sendPing } from "./ping.ts"
import { shown } from "./Webhook.ts"
import { checkEvents, checkSecret, checkUrl, type WebhookEvent } from "./webhookRules.ts"

/** @category options */
export interface AddWebhook {
  /** Null: it hears of every repository, which only the operator may ask for. */
  readonly repositoryId: number | null
  readonly actorId?: ActorId
  /** Absolute, http or https. */
  readonly url: string
  /** Defaults to `push`. */
  readonly events?: ReadonlyArray<WebhookEvent> | undefined
  /** Defaults to `json`. */
  readonly contentType?: "json" | "form" | undefined
  /**
   * What deliveries are signed with: plain text, or `whsec_` and a key in base64; several of those, with spaces between
   * them, while one takes the place of another. Defaults to none.
   */
  readonly secret?: Redacted.Redacted | undefined
  /** Defaults to true. */
  readonly active?: boolean | undefined
}

/**
 * Adds a webhook, and sends it a ping unless it is not active. Takes the role `admin`.
 *
 * Fails with `WebhookRejected` for what it cannot be.
 *
 * @category operations
 */
export const addWebhook = Effect.fn("Webhooks.add")(function* (added: AddWebhook) {
  const { active = true, actorId, contentType = "json", repositoryId } = added
  yield* requireOwner(actorId, repositoryId)
  const url = yield* checkUrl(added.url, yield* WebhookGuard)
  const events = yield* checkEvents(added.events ?? ["push"])
  const secret = added.secret === undefined ? null : yield* checkSecret(Redacted.value(added.secret))
  const { run, transaction } = yield* Database
  return yield* transaction(
    Effect.gen(function* () {
      const [row] = yield* run((db) =>
        db.insert(webhooks).values({ repositoryId, url, contentType, secret, events, active }).returning()
      )
      const webhook = shown(row!)
      if (active) yield* sendPing(webhook, actorId)
      return webhook
    })
  )
})
