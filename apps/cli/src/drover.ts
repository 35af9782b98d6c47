/**
 * The `drover` command.
 */
import { Command } from "effect/cli"
import { jobs } from "./commands/jobs/jobs.ts"
import { token } from "./commands/token/token.ts"
import { user } from "./commands/user/user.ts"
import { globals } from "./globals.ts"

export const drover = Command.make("drover").pipe(
  Command.withDescription("Repositories, pull requests and jobs of Drover"),
  Command.withSubcommands([user, token, jobs]),
  Command.withGlobalFlags(globals)
)
