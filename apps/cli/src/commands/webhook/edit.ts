import { eventNames, updateWebhook } from "@drover/handlers"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { actor } from "../../actor.ts"
import { id } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { guard } from "./guard.ts"
import { secret } from "./secret.ts"
import { webhookJson } from "./webhookJson.ts"

export const editWebhookCommand = Command.make(
  "edit",
  {
    id: id("id"),
    url: Flag.String("url").pipe(Flag.optional),
    events: Flag.Literals("event", ["*", ...eventNames]).pipe(
      Flag.withDescription("What it hears of; give it several times for several"),
      Flag.between(0, eventNames.length + 1)
    ),
    contentType: Flag.Literals("content-type", ["json", "form"]).pipe(Flag.optional),
    secret,
    active: Flag.Boolean("active").pipe(Flag.withDescription("Whether anything is sent"), Flag.optional)
  },
  Effect.fnUntraced(function* ({ active, contentType, events, id: webhookId, secret: key, url }) {
    const updated = yield* updateWebhook({
      webhookId,
      ...(Option.isSome(url) ? { url: url.value } : {}),
      events: events.length === 0 ? undefined : events,
      contentType: Option.getOrUndefined(contentType),
      secret: Option.getOrUndefined(key),
      active: Option.getOrUndefined(active),
      actorId: yield* actor
    })
    yield* show(webhookJson(updated), () => `Webhook ${webhookId} is updated\n`)
  })
).pipe(
  Command.withDescription("Change a webhook: what is left out stays as it is"),
  Command.provide(guard),
  Command.provide(forge)
)
