import { setProtection } from "@drover/handlers"
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { actor, requireRepository } from "../../actor.ts"
import { given, repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { inWords, protectionJson } from "./protectionJson.ts"

export const setProtectionCommand = Command.make(
  "set",
  {
    repo,
    pattern: Argument.String("pattern").pipe(Argument.withDescription("A branch, or a glob such as release/*")),
    approvals: Flag.Int("approvals").pipe(
      Flag.withDescription("How many must approve, 0 to 10; defaults to 0"),
      Flag.withDefault(0)
    ),
    checks: Flag.String("check").pipe(
      Flag.withDescription("A status or check run that must succeed; give it several times for several"),
      Flag.between(0, 100)
    ),
    dismissStale: given("dismiss-stale", "Approvals of another commit than the head do not count"),
    codeOwners: given("code-owners", "Owners of the changed files by CODEOWNERS must approve"),
    upToDate: given("up-to-date", "The head must have every commit of the base"),
    allowPushes: given("allow-pushes", "Who may write may also push, without a pull request"),
    allowForcePushes: given("allow-force-pushes", "Pushes may take commits away"),
    allowDeletions: given("allow-deletions", "The branch may be deleted")
  },
  Effect.fnUntraced(function* ({ pattern, repo: name, ...rules }) {
    const actorId = yield* actor
    const repository = yield* requireRepository(name, actorId)
    const protection = yield* setProtection({
      repositoryId: repository.id,
      pattern,
      requirePullRequest: !rules.allowPushes,
      requiredApprovals: rules.approvals,
      requiredChecks: rules.checks,
      dismissStaleApprovals: rules.dismissStale,
      requireCodeOwners: rules.codeOwners,
      requireUpToDate: rules.upToDate,
      allowForcePushes: rules.allowForcePushes,
      allowDeletions: rules.allowDeletions,
      actorId
    })
    yield* show(protectionJson(protection), () => `${repository.name}: ${pattern} takes ${inWords(protection)}\n`)
  })
).pipe(
  Command.withDescription("Protect branches, in place of what the pattern had: what is left out takes its default"),
  Command.provide(forge)
)
