import { combinedStatus, type CommitStatus } from "@drover/handlers"
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { actor, requireRepository } from "../../actor.ts"
import { repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { toneOf } from "../../output/style.ts"
import { type Column, table } from "../../output/table.ts"
import { age } from "../../output/time.ts"
import { statusJson } from "./statusJson.ts"

export const listStatusesCommand = Command.make(
  "list",
  { repo, sha: Argument.String("sha").pipe(Argument.withDescription("The full id of a commit")) },
  Effect.fnUntraced(function* ({ repo: name, sha }) {
    const actorId = yield* actor
    const repository = yield* requireRepository(name, actorId)
    const { state, statuses } = yield* combinedStatus({ repositoryId: repository.id, sha, actorId })
    yield* show({ state, statuses: statuses.map(statusJson) }, (look) =>
      statuses.length === 0 ? `Nothing was said of ${sha}\n` : table(columns(new Date()), statuses, look)
    )
  })
).pipe(Command.withDescription("List the latest status of each context, and what they come to"), Command.provide(forge))

const columns = (now: Date): ReadonlyArray<Column<CommitStatus>> => [
  { title: "CONTEXT", cell: ({ context }) => context, shrinks: true },
  { title: "STATE", cell: ({ state }) => state, tone: ({ state }) => toneOf(state) },
  { title: "AGE", cell: ({ createdAt }) => age(createdAt, now), align: "right" },
  { title: "DESCRIPTION", cell: ({ description }) => description ?? "", shrinks: true }
]
