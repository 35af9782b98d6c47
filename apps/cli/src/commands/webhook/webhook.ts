import { Command } from "effect/cli"
import { addWebhookCommand } from "./add.ts"
import { listDeliveriesCommand } from "./deliveries.ts"
import { showDeliveryCommand } from "./delivery.ts"
import { editWebhookCommand } from "./edit.ts"
import { listWebhooksCommand } from "./list.ts"
import { pingWebhookCommand } from "./ping.ts"
import { redeliverCommand } from "./redeliver.ts"
import { removeWebhookCommand } from "./remove.ts"

export const webhook = Command.make("webhook").pipe(
  Command.withDescription("Who is told of events, and how that went"),
  Command.withSubcommands([
    addWebhookCommand,
    listWebhooksCommand,
    editWebhookCommand,
    removeWebhookCommand,
    pingWebhookCommand,
    listDeliveriesCommand,
    showDeliveryCommand,
    redeliverCommand
  ])
)
