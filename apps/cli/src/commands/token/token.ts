import { Command } from "effect/cli"
import { createTokenCommand } from "./create.ts"
import { listTokensCommand } from "./list.ts"
import { revokeTokenCommand } from "./revoke.ts"

export const token = Command.make("token").pipe(
  Command.withDescription("Tokens by which programs, git among them, prove who they act for"),
  Command.withSubcommands([createTokenCommand, listTokensCommand, revokeTokenCommand])
)
