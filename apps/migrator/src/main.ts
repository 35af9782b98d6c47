/**
 * `migrator up`: brings the database at DATABASE_URL to the current schema.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Config, Console, Data, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { fileURLToPath } from "node:url"
import { Migrations } from "@drover/core"

class DatabaseUrlMissing extends Data.TaggedError("DatabaseUrlMissing") {
  override message = "Set DATABASE_URL to the database to migrate: postgres://user:password@host:port/database"
}

const migrations = fileURLToPath(new URL("../../../drizzle", import.meta.url))

const up = Command.make(
  "up",
  {
    folder: Flag.Directory("folder", { mustExist: true }).pipe(
      Flag.withDescription("Where the migrations are"),
      Flag.withDefault(migrations)
    )
  },
  Effect.fn(function* ({ folder }) {
    const url = yield* Config.Redacted("DATABASE_URL").pipe(Effect.mapError(() => new DatabaseUrlMissing()))
    yield* Migrations.apply({ url, folder })
    yield* Console.log("The database is up to date")
  })
).pipe(Command.withDescription("Apply the migrations that are missing"))

Command.make("migrator").pipe(
  Command.withDescription("Schema migrations of Drover"),
  Command.withSubcommands([up]),
  Command.run({ version: "0.1.0" }),
  Effect.provide(NodeServices.layer),
  Effect.tapError((error) => Console.error(error.message)),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
