import { openPullRequest } from "@drover/handlers"
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { actor, requireRepository } from "../../actor.ts"
import { given, repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { tell } from "./view.ts"

export const openPr = Command.make(
  "open",
  {
    repo,
    base: Flag.String("base").pipe(Flag.withMetavar("BRANCH"), Flag.withDescription("What it is to go into")),
    head: Flag.String("head").pipe(Flag.withMetavar("BRANCH"), Flag.withDescription("What it brings")),
    title: Flag.String("title").pipe(Flag.withDescription("One line")),
    body: Flag.String("body").pipe(Flag.withDescription("Markdown; defaults to none"), Flag.withDefault("")),
    draft: given("draft", "Not ready for review")
  },
  Effect.fnUntraced(function* ({ repo: name, ...options }) {
    const actorId = yield* actor
    const repository = yield* requireRepository(name, actorId)
    const pull = yield* openPullRequest({ ...options, repositoryId: repository.id, actorId })
    yield* tell(pull, actorId, "is open")
  })
).pipe(Command.withDescription("Open a pull request"), Command.provide(forge))
