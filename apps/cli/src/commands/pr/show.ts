import { Effect } from "effect"
import { Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { number, repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { pullRequestJson } from "./pullRequestJson.ts"
import { renderPullRequest } from "./renderPullRequest.ts"
import { view } from "./view.ts"

export const showPr = Command.make(
  "show",
  { repo, number },
  Effect.fnUntraced(function* (named) {
    const pull = yield* view(named, yield* actor)
    yield* show(pullRequestJson(pull), (look) => renderPullRequest(pull, look))
  })
).pipe(Command.withDescription("Show a pull request, and whether it can be merged"), Command.provide(forge))
