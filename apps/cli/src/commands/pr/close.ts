import { closePullRequest } from "@drover/handlers"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { number, repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { tell, view } from "./view.ts"

export const closePr = Command.make(
  "close",
  { repo, number },
  Effect.fnUntraced(function* (named) {
    const actorId = yield* actor
    const { id } = yield* view(named, actorId)
    yield* tell(yield* closePullRequest(id, { actorId }), actorId, "is closed")
  })
).pipe(Command.withDescription("Close a pull request without merging it"), Command.provide(forge))
