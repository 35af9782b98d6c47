import { Command } from "effect/cli"
import { setMember } from "./set.ts"

export const member = Command.make("member").pipe(
  Command.withDescription("What users may do in a repository"),
  Command.withSubcommands([setMember])
)
