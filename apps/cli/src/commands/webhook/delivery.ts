import { findDelivery } from "@drover/handlers"
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { renderDelivery } from "./renderDelivery.ts"
import { deliveryJson } from "./webhookJson.ts"

export const showDeliveryCommand = Command.make(
  "delivery",
  { delivery: Argument.String("delivery") },
  Effect.fnUntraced(function* ({ delivery }) {
    const found = yield* findDelivery({ deliveryId: delivery, actorId: yield* actor })
    const { attempts, body } = found
    yield* show({ ...deliveryJson(found), body: JSON.parse(body), attempts }, (look) => renderDelivery(found, look))
  })
).pipe(Command.withDescription("Show a delivery: its body, and each attempt with its answer"), Command.provide(forge))
