/**
 * What a webhook cannot be, and what there is not. Nothing was written.
 */
import { Schema } from "effect"

/**
 * A webhook cannot be what was asked for.
 *
 * @category errors
 */
export class WebhookRejected extends Schema.TaggedError<WebhookRejected>()("WebhookRejected", {
  field: Schema.String,
  rule: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The webhook's ${this.field} ${this.rule}`
  }
}

/**
 * There is no such webhook, or the actor may not know that there is.
 *
 * @category errors
 */
export class WebhookUnknown extends Schema.TaggedError<WebhookUnknown>()("WebhookUnknown", { id: Schema.Number }) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no webhook ${this.id} that you may see: list the repository's webhooks`
  }
}

/**
 * There is no such delivery, it is past its retention, or the actor may not know that there is.
 *
 * @category errors
 */
export class DeliveryUnknown extends Schema.TaggedError<DeliveryUnknown>()("DeliveryUnknown", { id: Schema.String }) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no delivery ${this.id} that you may see: list the webhook's deliveries, which are kept for 30 days`
  }
}
