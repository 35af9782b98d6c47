import { MergeMethod, mergePullRequest } from "@drover/handlers"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { actor } from "../../actor.ts"
import { given, number, repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { tell, view } from "./view.ts"

export const mergePr = Command.make(
  "merge",
  {
    repo,
    number,
    method: Flag.Literals("method", MergeMethod.literals).pipe(Flag.withDefault("merge")),
    expectedHead: Flag.String("expected-head").pipe(
      Flag.withMetavar("SHA"),
      Flag.withDescription("Merge only if this is the head"),
      Flag.optional
    ),
    title: Flag.String("title").pipe(Flag.withDescription("The first line of the message"), Flag.optional),
    body: Flag.String("body").pipe(Flag.withDescription("The rest of the message"), Flag.optional),
    bypass: given("bypass-protection", "Whatever the base's protection requires; takes the role admin")
  },
  Effect.fnUntraced(function* ({ body, bypass, expectedHead, method, title, ...named }) {
    const actorId = yield* actor
    const { id } = yield* view(named, actorId)
    const merged = yield* mergePullRequest({
      pullRequestId: id,
      method,
      expectedHead: Option.getOrUndefined(expectedHead),
      title: Option.getOrUndefined(title),
      body: Option.getOrUndefined(body),
      bypassProtection: bypass,
      actorId
    })
    yield* tell(merged, actorId, `is merged into ${merged.baseRef} as ${merged.mergeCommitSha}`)
  })
).pipe(Command.withDescription("Merge a pull request"), Command.provide(forge))
