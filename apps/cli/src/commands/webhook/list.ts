import { listWebhooks, type Webhook } from "@drover/handlers"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { type Column, table } from "../../output/table.ts"
import { age } from "../../output/time.ts"
import { ownerOf, repoOrAll } from "./owner.ts"
import { webhookJson } from "./webhookJson.ts"

export const listWebhooksCommand = Command.make(
  "list",
  { repo: repoOrAll },
  Effect.fnUntraced(function* ({ repo }) {
    const actorId = yield* actor
    const found = yield* listWebhooks({ repositoryId: yield* ownerOf(repo, actorId), actorId })
    yield* show(found.map(webhookJson), (look) =>
      found.length === 0 ? "No webhooks: add one with `drover webhook add`\n" : table(columns(new Date()), found, look)
    )
  })
).pipe(Command.withDescription("List webhooks"), Command.provide(forge))

const columns = (now: Date): ReadonlyArray<Column<Webhook>> => [
  { title: "ID", cell: ({ id }) => String(id), align: "right" },
  { title: "URL", cell: ({ url }) => url, shrinks: true },
  { title: "EVENTS", cell: ({ events }) => events.join(","), shrinks: true },
  { title: "STATE", cell: (webhook) => stateOf(webhook, now) },
  { title: "SIGNED", cell: ({ secret }) => (secret === null ? "no" : "yes") },
  { title: "LAST", cell: ({ lastMessage, lastStatus }) => lastMessage ?? lastStatus?.toString() ?? "-", shrinks: true }
]

const stateOf = ({ active, failuresInARow, pausedUntil }: Webhook, now: Date): string => {
  if (!active) return "inactive"
  if (pausedUntil !== null && pausedUntil > now) return `paused, on ${age(pausedUntil, now)}`
  return failuresInARow === 0 ? "active" : `active, ${failuresInARow} failures`
}
