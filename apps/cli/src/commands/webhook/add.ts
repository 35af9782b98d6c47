import { addWebhook, eventNames } from "@drover/handlers"
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { actor } from "../../actor.ts"
import { given } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { guard } from "./guard.ts"
import { ownerOf, repoOrAll } from "./owner.ts"
import { secret } from "./secret.ts"
import { webhookJson } from "./webhookJson.ts"

export const addWebhookCommand = Command.make(
  "add",
  {
    repo: repoOrAll,
    url: Argument.String("url"),
    events: Flag.Literals("event", ["*", ...eventNames]).pipe(
      Flag.withDescription("What it hears of; give it several times for several; defaults to push"),
      Flag.between(0, eventNames.length + 1)
    ),
    contentType: Flag.Literals("content-type", ["json", "form"]).pipe(Flag.withDefault("json")),
    secret,
    inactive: given("inactive", "Send nothing for now")
  },
  Effect.fnUntraced(function* ({ contentType, events, inactive, repo, secret: key, url }) {
    const actorId = yield* actor
    const added = yield* addWebhook({
      repositoryId: yield* ownerOf(repo, actorId),
      url,
      contentType,
      events: events.length === 0 ? undefined : events,
      secret: Option.getOrUndefined(key),
      active: !inactive,
      actorId
    })
    const said = inactive ? "" : "; a ping is on its way"
    yield* show(webhookJson(added), () => `Webhook ${added.id} goes to ${added.url}${said}\n`)
  })
).pipe(Command.withDescription("Add a webhook, and send it a ping"), Command.provide(guard), Command.provide(forge))
