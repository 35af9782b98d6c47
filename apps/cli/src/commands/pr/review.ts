import { submitReview, type Verdict } from "@drover/handlers"
import { Effect, Option, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { requireActor } from "../../actor.ts"
import { given, number, repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { view } from "./view.ts"

/** @category errors */
export class VerdictMissing extends Schema.TaggedError<VerdictMissing>()("VerdictMissing", {}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return "A review has one verdict: give one of --approve, --request-changes and --comment"
  }
}

export const reviewPr = Command.make(
  "review",
  {
    repo,
    number,
    approve: given("approve", "It may be merged as it is"),
    requestChanges: given("request-changes", "It may not; needs a body"),
    comment: given("comment", "Neither; needs a body"),
    body: Flag.String("body").pipe(Flag.withDescription("Markdown"), Flag.withDefault("")),
    commit: Flag.String("commit").pipe(
      Flag.withMetavar("SHA"),
      Flag.withDescription("What was reviewed; defaults to the head"),
      Flag.optional
    )
  },
  Effect.fnUntraced(function* ({ approve, body, comment, commit, requestChanges, ...named }) {
    const verdict = yield* verdictOf({ approve, request_changes: requestChanges, comment })
    const actorId = yield* requireActor("review")
    const pull = yield* view(named, actorId)
    const { commitSha, id, state, submittedAt } = yield* submitReview({
      pullRequestId: pull.id,
      actorId,
      verdict,
      body,
      commit: Option.getOrUndefined(commit)
    })
    yield* show(
      { id, repository: pull.repositoryName, number: pull.number, state, body, commitSha, submittedAt },
      () => `${sentences[verdict]} ${pull.repositoryName}#${pull.number} at ${commitSha}\n`
    )
  })
).pipe(Command.withDescription("Review a pull request, in the name of --as"), Command.provide(forge))

const sentences: Readonly<Record<Verdict, string>> = {
  approve: "Approved",
  request_changes: "Requested changes of",
  comment: "Commented on"
}

const verdictOf = (flags: Readonly<Record<Verdict, boolean>>): Effect.Effect<Verdict, VerdictMissing> => {
  const [verdict, ...others] = (["approve", "request_changes", "comment"] as const).filter((name) => flags[name])
  return verdict === undefined || others.length > 0 ? Effect.fail(new VerdictMissing()) : Effect.succeed(verdict)
}
