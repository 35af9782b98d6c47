import { listProtections, type Protection } from "@drover/handlers"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { actor, requireRepository } from "../../actor.ts"
import { repo } from "../../flags.ts"
import { forge } from "../../forge.ts"
import { show } from "../../output/show.ts"
import { type Column, table } from "../../output/table.ts"
import { inWords, protectionJson } from "./protectionJson.ts"

export const listProtectionsCommand = Command.make(
  "list",
  { repo },
  Effect.fnUntraced(function* ({ repo: name }) {
    const actorId = yield* actor
    const repository = yield* requireRepository(name, actorId)
    const found = yield* listProtections({ repositoryId: repository.id, actorId })
    yield* show(found.map(protectionJson), (look) =>
      found.length === 0 ? `No branch of ${repository.name} is protected\n` : table(columns, found, look)
    )
  })
).pipe(Command.withDescription("List what is protected"), Command.provide(forge))

const columns: ReadonlyArray<Column<Protection>> = [
  { title: "PATTERN", cell: ({ pattern }) => pattern },
  { title: "TAKES", cell: inWords, shrinks: true }
]
