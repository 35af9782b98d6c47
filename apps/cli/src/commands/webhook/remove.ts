import { removeWebhook } from "@drover/handlers"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { id } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"

export const removeWebhookCommand = Command.make(
  "remove",
  { id: id("id") },
  Effect.fnUntraced(function* ({ id: webhookId }) {
    yield* removeWebhook({ webhookId, actorId: yield* actor })
    yield* show({ id: webhookId, removed: true }, () => `Webhook ${webhookId} is removed\n`)
  })
).pipe(Command.withDescription("Remove a webhook and its deliveries"), Command.provide(forge))
