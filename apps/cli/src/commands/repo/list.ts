import { listRepositories, type Repository } from "@drover/handlers"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { actor } from "../../actor.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { type Column, table } from "../../output/table.ts"
import { age } from "../../output/time.ts"
import { repositoryJson } from "./repositoryJson.ts"

export const listRepos = Command.make(
  "list",
  {},
  Effect.fnUntraced(function* () {
    const found = yield* listRepositories(yield* actor)
    yield* show(found.map(repositoryJson), (look) =>
      found.length === 0 ? "No repositories: add one with `drover repo add`\n" : table(columns(new Date()), found, look)
    )
  })
).pipe(Command.withDescription("List the repositories that the actor may know of, by name"), Command.provide(forge))

const columns = (now: Date): ReadonlyArray<Column<Repository>> => [
  { title: "NAME", cell: ({ name }) => name },
  { title: "VISIBILITY", cell: ({ visibility }) => visibility },
  { title: "BRANCH", cell: ({ defaultBranch }) => defaultBranch, shrinks: true },
  { title: "PUSHED", cell: ({ pushedAt }) => (pushedAt === null ? "never" : age(pushedAt, now)), align: "right" },
  { title: "PATH", cell: ({ path }) => path, shrinks: true }
]
