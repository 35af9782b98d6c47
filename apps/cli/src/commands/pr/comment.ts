import { addComment } from "@drover/handlers"
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { actor } from "../../actor.ts"
import { number, repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { view } from "./view.ts"

export const commentPr = Command.make(
  "comment",
  { repo, number, body: Flag.String("body").pipe(Flag.withDescription("Markdown")) },
  Effect.fnUntraced(function* ({ body, ...named }) {
    const actorId = yield* actor
    const pull = yield* view(named, actorId)
    const { createdAt, id } = yield* addComment({ pullRequestId: pull.id, body, actorId })
    const label = `${pull.repositoryName}#${pull.number}`
    yield* show(
      { id, repository: pull.repositoryName, number: pull.number, body, createdAt },
      () => `Commented on ${label}\n`
    )
  })
).pipe(Command.withDescription("Comment on a pull request"), Command.provide(forge))
