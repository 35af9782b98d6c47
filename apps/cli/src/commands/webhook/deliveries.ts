import { type DeliverySummary, listDeliveries } from "@drover/handlers"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { actor } from "../../actor.ts"
import { id, limitTo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { toneOf } from "../../output/style.ts"
import { type Column, table } from "../../output/table.ts"
import { age } from "../../output/time.ts"
import { deliveryJson } from "./webhookJson.ts"

export const listDeliveriesCommand = Command.make(
  "deliveries",
  {
    id: id("id"),
    state: Flag.Literals("state", ["pending", "delivered", "failed"]).pipe(Flag.optional),
    after: Flag.String("after").pipe(
      Flag.withMetavar("DELIVERY"),
      Flag.withDescription("Only those after this one: the last of the page before"),
      Flag.optional
    ),
    limit: limitTo(100)
  },
  Effect.fnUntraced(function* ({ after, id: webhookId, limit, state }) {
    const found = yield* listDeliveries({
      webhookId,
      state: Option.getOrUndefined(state),
      after: Option.getOrUndefined(after),
      limit,
      actorId: yield* actor
    })
    yield* show(found.map(deliveryJson), (look) =>
      found.length === 0 ? "No deliveries\n" : table(columns(new Date()), found, look)
    )
  })
).pipe(Command.withDescription("List a webhook's deliveries, the newest first"), Command.provide(forge))

const columns = (now: Date): ReadonlyArray<Column<DeliverySummary>> => [
  { title: "DELIVERY", cell: ({ id: delivery }) => delivery },
  { title: "EVENT", cell: ({ action, event }) => (action === "" ? event : `${event} ${action}`), shrinks: true },
  { title: "STATE", cell: ({ state }) => state, tone: ({ state }) => toneOf(state) },
  { title: "AGE", cell: ({ createdAt }) => age(createdAt, now), align: "right" }
]
