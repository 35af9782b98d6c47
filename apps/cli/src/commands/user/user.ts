import { Command } from "effect/cli"
import { addUser } from "./add.ts"

export const user = Command.make("user").pipe(
  Command.withDescription("People and programs that act"),
  Command.withSubcommands([addUser])
)
