import { Command } from "effect/cli"
import { cancelJobCommand } from "./cancel.ts"
import { listJobsCommand } from "./list.ts"
import { retryJobCommand } from "./retry.ts"
import { showJobCommand } from "./show.ts"

export const jobs = Command.make("jobs").pipe(
  Command.withDescription("Background work"),
  Command.withSubcommands([listJobsCommand, showJobCommand, retryJobCommand, cancelJobCommand])
)
