import { reopenPullRequest } from "@drover/handlers"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { number, repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { tell, view } from "./view.ts"

export const reopenPr = Command.make(
  "reopen",
  { repo, number },
  Effect.fnUntraced(function* (named) {
    const actorId = yield* actor
    const { id } = yield* view(named, actorId)
    yield* tell(yield* reopenPullRequest(id, { actorId }), actorId, "is open again")
  })
).pipe(Command.withDescription("Open a closed pull request again"), Command.provide(forge))
