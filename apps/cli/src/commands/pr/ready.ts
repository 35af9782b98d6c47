import { setDraft } from "@drover/handlers"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { given, number, repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { tell, view } from "./view.ts"

export const readyPr = Command.make(
  "ready",
  { repo, number, undo: given("undo", "Make it a draft instead") },
  Effect.fnUntraced(function* ({ undo, ...named }) {
    const actorId = yield* actor
    const { id } = yield* view(named, actorId)
    const pull = yield* setDraft({ pullRequestId: id, draft: undo, actorId })
    yield* tell(pull, actorId, pull.draft ? "is a draft" : "is ready for review")
  })
).pipe(Command.withDescription("Mark a draft as ready for review"), Command.provide(forge))
