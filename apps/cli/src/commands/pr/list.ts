import { listPullRequests, type PullRequestView } from "@drover/handlers"
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { actor, requireRepository, requireUser } from "../../actor.ts"
import { limitTo, repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { toneOf } from "../../output/style.ts"
import { type Column, table } from "../../output/table.ts"
import { age } from "../../output/time.ts"
import { pullRequestJson } from "./pullRequestJson.ts"

const branch = (name: string, description: string) =>
  Flag.String(name).pipe(Flag.withMetavar("BRANCH"), Flag.withDescription(description), Flag.optional)

export const listPrs = Command.make(
  "list",
  {
    repo,
    state: Flag.Literals("state", ["open", "closed", "merged", "all"]).pipe(Flag.withDefault("open")),
    base: branch("base", "Only those that go into it"),
    head: branch("head", "Only those that bring it"),
    author: Flag.String("author").pipe(Flag.withMetavar("LOGIN"), Flag.withDescription("Only theirs"), Flag.optional),
    before: Flag.Int("before").pipe(
      Flag.withMetavar("NUMBER"),
      Flag.withDescription("Only those before this one: the last of the page before"),
      Flag.optional
    ),
    limit: limitTo(100)
  },
  Effect.fnUntraced(function* ({ author, base, before, head, limit, repo: name, state }) {
    const actorId = yield* actor
    const repository = yield* requireRepository(name, actorId)
    const authorId = Option.isNone(author) ? undefined : (yield* requireUser(author.value)).id
    const { pullRequests: found } = yield* listPullRequests({
      repositoryId: repository.id,
      state,
      base: Option.getOrUndefined(base),
      head: Option.getOrUndefined(head),
      before: Option.getOrUndefined(before),
      authorId,
      limit,
      actorId
    })
    yield* show(found.map(pullRequestJson), (look) =>
      found.length === 0
        ? `No ${state === "all" ? "" : `${state} `}pull requests in ${repository.name}\n`
        : table(columns(new Date()), found, look)
    )
  })
).pipe(Command.withDescription("List a repository's pull requests, the newest first"), Command.provide(forge))

const columns = (now: Date): ReadonlyArray<Column<PullRequestView>> => [
  { title: "#", cell: ({ number }) => String(number), align: "right" },
  { title: "TITLE", cell: ({ title }) => title, shrinks: true },
  { title: "INTO", cell: ({ baseRef }) => baseRef, shrinks: true },
  { title: "FROM", cell: ({ headRef }) => headRef, shrinks: true },
  { title: "STATE", cell: ({ state }) => state, tone: ({ state }) => toneOf(state) },
  {
    title: "MERGEABLE",
    cell: ({ mergeableState, state }) => (state === "merged" ? "-" : mergeableState),
    tone: ({ mergeableState }) => toneOf(mergeableState)
  },
  {
    title: "REVIEWS",
    cell: ({ reviewDecision }) => reviewDecision ?? "-",
    tone: ({ reviewDecision }) => toneOf(reviewDecision ?? "")
  },
  { title: "AGE", cell: ({ createdAt }) => age(createdAt, now), align: "right" }
]
