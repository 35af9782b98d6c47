import { Command } from "effect/cli"
import { addRepo } from "./add.ts"
import { copyRepo } from "./copy.ts"
import { listRepos } from "./list.ts"

export const repo = Command.make("repo").pipe(
  Command.withDescription("Bare repositories that the forge knows"),
  Command.withSubcommands([addRepo, copyRepo, listRepos])
)
