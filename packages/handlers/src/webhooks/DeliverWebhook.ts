/**
 * The job kind of sending one delivery to its webhook.
 */
import { JobKind, RetryPolicy } from "@drover/core"
import { Schema } from "effect"

export const DeliverWebhook = JobKind.make("deliver_webhook", {
  payload: Schema.Struct({ deliveryId: Schema.String, redelivery: Schema.Boolean }),
  dedupeKey: ({ deliveryId }) => deliveryId,
  retry: RetryPolicy.make({ attempts: 10 }),
  timeout: "30 seconds"
})
