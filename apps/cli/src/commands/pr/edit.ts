import { updatePullRequest } from "@drover/handlers"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { actor } from "../../actor.ts"
import { number, repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { tell, view } from "./view.ts"

export const editPr = Command.make(
  "edit",
  {
    repo,
    number,
    title: Flag.String("title").pipe(Flag.optional),
    body: Flag.String("body").pipe(Flag.optional),
    base: Flag.String("base").pipe(Flag.withMetavar("BRANCH"), Flag.optional)
  },
  Effect.fnUntraced(function* ({ base, body, title, ...named }) {
    const actorId = yield* actor
    const { id } = yield* view(named, actorId)
    const pull = yield* updatePullRequest({
      pullRequestId: id,
      title: Option.getOrUndefined(title),
      body: Option.getOrUndefined(body),
      base: Option.getOrUndefined(base),
      actorId
    })
    yield* tell(pull, actorId, "is updated")
  })
).pipe(Command.withDescription("Change a pull request's title, body or base"), Command.provide(forge))
