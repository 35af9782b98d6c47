/**
 * A webhook, as it is shown: its secret never is.
 */
import type { webhooks } from "../schema/webhooks.ts"

type Row = typeof webhooks.$inferSelect

/** What stands for a secret. */
const MASK = "********"

/** @category models */
export type Webhook = Omit<Row, "secret" | "inFlight"> & {
  /** `********` where deliveries are signed; null where they are not. */
  readonly secret: typeof MASK | null
}

export const shown = (row: Row): Webhook => {
  const { inFlight: _, ...rest } = row
  return { ...rest, secret: row.secret === null ? null : MASK }
}

/** Of a webhook in the body of a ping, named as GitHub names it. */
export const webhookBody = (hook: Webhook) => ({
  id: hook.id,
  type: hook.repositoryId === null ? "Organization" : "Repository",
  name: "web",
  active: hook.active,
  events: hook.events,
  config: {
    url: hook.url,
    content_type: hook.contentType,
    insecure_ssl: "0",
    ...(hook.secret === null ? {} : { secret: hook.secret })
  },
  created_at: hook.createdAt,
  updated_at: hook.updatedAt
})
