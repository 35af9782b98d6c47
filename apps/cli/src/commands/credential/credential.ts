import { Command } from "effect/cli"
import { addCredentialCommand } from "./add.ts"
import { checkCredentialsCommand } from "./check.ts"
import { listCredentialsCommand } from "./list.ts"
import { removeCredentialCommand } from "./remove.ts"
import { rotateCommand } from "./rotate.ts"

export const credential = Command.make("credential").pipe(
  Command.withDescription("With what Drover proves at a code host who it acts for"),
  Command.withSubcommands([
    addCredentialCommand,
    listCredentialsCommand,
    checkCredentialsCommand,
    rotateCommand,
    removeCredentialCommand
  ])
)
