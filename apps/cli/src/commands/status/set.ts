import { createStatus } from "@drover/handlers"
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { actor, requireRepository } from "../../actor.ts"
import { repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { statusJson } from "./statusJson.ts"

export const setStatusCommand = Command.make(
  "set",
  {
    repo,
    sha: Argument.String("sha").pipe(Argument.withDescription("The full id of a commit")),
    state: Flag.Literals("state", ["error", "failure", "pending", "success"]),
    context: Flag.String("context").pipe(Flag.withDescription("Who says it"), Flag.withDefault("default")),
    description: Flag.String("description").pipe(Flag.withDescription("At most 140 characters"), Flag.optional),
    url: Flag.String("url").pipe(Flag.withDescription("Where there is more"), Flag.optional)
  },
  Effect.fnUntraced(function* ({ context, description, repo: name, sha, state, url }) {
    const actorId = yield* actor
    const repository = yield* requireRepository(name, actorId)
    const status = yield* createStatus({
      repositoryId: repository.id,
      sha,
      state,
      context,
      description: Option.getOrUndefined(description),
      targetUrl: Option.getOrUndefined(url),
      actorId
    })
    yield* show(statusJson(status), () => `${repository.name}: ${context} says ${state} of ${status.sha}\n`)
  })
).pipe(
  Command.withDescription("Report a status of a commit, in place of the context's last one"),
  Command.provide(forge)
)
