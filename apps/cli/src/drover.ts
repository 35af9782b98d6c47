/**
 * The `drover` command.
 */
import { Command } from "effect/cli"
import { batch } from "./commands/batch/batch.ts"
import { credential } from "./commands/credential/credential.ts"
import { jobs } from "./commands/jobs/jobs.ts"
import { member } from "./commands/member/member.ts"
import { pr } from "./commands/pr/pr.ts"
import { protect } from "./commands/protect/protect.ts"
import { repo } from "./commands/repo/repo.ts"
import { search } from "./commands/search/search.ts"
import { status } from "./commands/status/status.ts"
import { token } from "./commands/token/token.ts"
import { user } from "./commands/user/user.ts"
import { webhook } from "./commands/webhook/webhook.ts"
import { globals } from "./globals.ts"

export const drover = Command.make("drover").pipe(
  Command.withDescription("Repositories, pull requests, batch changes and jobs of Drover"),
  Command.withSubcommands([repo, pr, batch, search, protect, status, webhook, credential, jobs, user, token, member]),
  Command.withGlobalFlags(globals)
)
