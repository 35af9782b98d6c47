import { addWebhook, eventNames, webhookGuard } from "@drover/handlers"
import { Config, Effect, Layer, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { actor } from "../../actor.ts"
import { given } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { ownerOf, repoOrAll } from "./owner.ts"
import { webhookJson } from "./webhookJson.ts"

/** The operator's exceptions, as the worker reads them. */
const guard = Layer.unwrap(
  Effect.map(Config.String("DROVER_WEBHOOK_ALLOW").pipe(Config.withDefault("")), (allow) => webhookGuard(allow))
)

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
    secret: Flag.Redacted("secret").pipe(
      Flag.withDescription(
        "What deliveries are signed with; better given as DROVER_WEBHOOK_SECRET, which no process list shows"
      ),
      Flag.withFallbackConfig(Config.Redacted("DROVER_WEBHOOK_SECRET")),
      Flag.optional
    ),
    inactive: given("inactive", "Send nothing for now")
  },
  Effect.fnUntraced(function* ({ contentType, events, inactive, repo, secret, url }) {
    const actorId = yield* actor
    const added = yield* addWebhook({
      repositoryId: yield* ownerOf(repo, actorId),
      url,
      contentType,
      events: events.length === 0 ? undefined : events,
      secret: Option.getOrUndefined(secret),
      active: !inactive,
      actorId
    })
    const said = inactive ? "" : "; a ping is on its way"
    yield* show(webhookJson(added), () => `Webhook ${added.id} goes to ${added.url}${said}\n`)
  })
).pipe(Command.withDescription("Add a webhook, and send it a ping"), Command.provide(guard), Command.provide(forge))
