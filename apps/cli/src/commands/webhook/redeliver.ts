import { redeliver } from "@drover/handlers"
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"

export const redeliverCommand = Command.make(
  "redeliver",
  { delivery: Argument.String("delivery") },
  Effect.fnUntraced(function* ({ delivery }) {
    yield* redeliver({ deliveryId: delivery, actorId: yield* actor })
    yield* show({ id: delivery, state: "pending" }, () => `Delivery ${delivery} is sent again\n`)
  })
).pipe(Command.withDescription("Send a delivery again: the same body under the same id"), Command.provide(forge))
