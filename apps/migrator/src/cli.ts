/**
 * The program, for any list of out-of-band migrations.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import type { DroverMigration } from "@drover/handlers/outOfBandMigrations"
import { Console, Effect } from "effect"
import { Command } from "effect/cli"
import { outOfBand } from "./commands/outOfBand.ts"
import { status } from "./commands/status.ts"
import { up } from "./commands/up.ts"

/** Exits with 1 where anything failed, having said on standard error what to do about it. */
export const runMigrator = (migrations: ReadonlyArray<DroverMigration>): void =>
  Command.make("migrator").pipe(
    Command.withDescription("Migrations of Drover: of the schema, and out-of-band ones of data"),
    Command.withSubcommands([up(migrations), status(migrations), outOfBand(migrations)]),
    Command.run({ version: "0.1.0" }),
    Effect.provide(NodeServices.layer),
    Effect.tapError((error) => Console.error(error.message)),
    NodeRuntime.runMain({ disableErrorReporting: true })
  )
