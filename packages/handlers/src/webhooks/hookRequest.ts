/**
 * The request that a delivery is. Pure.
 */
import { createRequire } from "node:module"
import type { webhookDeliveries, webhooks } from "../schema/webhooks.ts"
import { signatures } from "./signatures.ts"
import type { OutgoingRequest } from "./WebhookSender.ts"

const { version } = createRequire(import.meta.url)("../../package.json") as { readonly version: string }

type Hook = Pick<typeof webhooks.$inferSelect, "id" | "repositoryId" | "url" | "contentType" | "secret">
type Delivery = Pick<typeof webhookDeliveries.$inferSelect, "id" | "event" | "body">

/** @param timestamp of this attempt, in seconds of Unix time */
export const hookRequest = (hook: Hook, delivery: Delivery, timestamp: number): OutgoingRequest => {
  const { body: text, event, id } = delivery
  const form = hook.contentType === "form"
  const body = Buffer.from(form ? new URLSearchParams({ payload: text }).toString() : text)
  return {
    url: hook.url,
    body,
    headers: {
      "Content-Type": form ? "application/x-www-form-urlencoded" : "application/json",
      Accept: "*/*",
      "User-Agent": `Drover-Hookshot/${version}`,
      "X-GitHub-Event": event,
      "X-GitHub-Delivery": id,
      "X-GitHub-Hook-ID": String(hook.id),
      // a webhook of all repositories is, to receivers made for GitHub, one of an organization; the forge is the one there is
      "X-GitHub-Hook-Installation-Target-Type": hook.repositoryId === null ? "organization" : "repository",
      "X-GitHub-Hook-Installation-Target-ID": String(hook.repositoryId ?? 0),
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      ...(hook.secret === null ? {} : signatures(hook.secret, { id, timestamp, body }))
    }
  }
}
