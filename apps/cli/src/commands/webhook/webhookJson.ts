/**
 * A webhook and a delivery, as `--json` prints them. docs/guides/cli.md has the shapes.
 */
import type { DeliverySummary, Webhook } from "@drover/handlers"

/** Whether deliveries are signed is told; never with what. */
export const webhookJson = (webhook: Webhook) => ({
  id: webhook.id,
  repositoryId: webhook.repositoryId,
  url: webhook.url,
  events: webhook.events,
  contentType: webhook.contentType,
  active: webhook.active,
  signed: webhook.secret !== null,
  failuresInARow: webhook.failuresInARow,
  pausedUntil: webhook.pausedUntil,
  lastStatus: webhook.lastStatus,
  lastMessage: webhook.lastMessage,
  lastDeliveredAt: webhook.lastDeliveredAt,
  createdAt: webhook.createdAt,
  updatedAt: webhook.updatedAt
})

export const deliveryJson = (delivery: DeliverySummary) => ({
  id: delivery.id,
  webhookId: delivery.webhookId,
  event: delivery.event,
  action: delivery.action,
  state: delivery.state,
  createdAt: delivery.createdAt,
  finishedAt: delivery.finishedAt
})
