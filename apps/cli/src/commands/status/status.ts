import { Command } from "effect/cli"
import { listStatusesCommand } from "./list.ts"
import { setStatusCommand } from "./set.ts"

export const status = Command.make("status").pipe(
  Command.withDescription("What programs say of commits"),
  Command.withSubcommands([setStatusCommand, listStatusesCommand])
)
