import { Command } from "effect/cli"
import { listProtectionsCommand } from "./list.ts"
import { removeProtectionCommand } from "./remove.ts"
import { setProtectionCommand } from "./set.ts"

export const protect = Command.make("protect").pipe(
  Command.withDescription("What must hold before a branch moves"),
  Command.withSubcommands([setProtectionCommand, listProtectionsCommand, removeProtectionCommand])
)
