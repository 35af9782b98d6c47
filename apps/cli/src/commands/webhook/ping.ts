import { pingWebhook } from "@drover/handlers"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { id } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"

export const pingWebhookCommand = Command.make(
  "ping",
  { id: id("id") },
  Effect.fnUntraced(function* ({ id: webhookId }) {
    const deliveryId = yield* pingWebhook({ webhookId, actorId: yield* actor })
    yield* show(
      { id: webhookId, deliveryId },
      () => `A ping is on its way: see \`drover webhook delivery ${deliveryId}\`\n`
    )
  })
).pipe(Command.withDescription("Send a ping to a webhook"), Command.provide(forge))
