/**
 * `migrator up`: brings the database to the schema of this code.
 */
import { Migrations } from "@drover/core"
import type { DroverMigration } from "@drover/handlers/outOfBandMigrations"
import { Console, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { databaseUrl } from "../databaseUrl.ts"
import { folder } from "../folder.ts"
import { check } from "../checks/check.ts"
import { tellUnfinished } from "../tellUnfinished.ts"

export const up = (migrations: ReadonlyArray<DroverMigration>) =>
  Command.make(
    "up",
    {
      folder,
      check: Flag.Boolean("check").pipe(
        Flag.withDescription("Change nothing; fail unless code, migrations and database (where one is given) agree"),
        Flag.withDefault(false)
      ),
      dryRun: Flag.Boolean("dry-run").pipe(
        Flag.withDescription("Change nothing; print the SQL that would run"),
        Flag.withDefault(false)
      )
    },
    Effect.fn(function* (options) {
      if (options.check) return yield* check(options.folder)
      const target = { url: yield* databaseUrl, folder: options.folder }
      if (options.dryRun) return yield* printSql(target)

      const applied = yield* Migrations.apply(target)
      for (const { millis, name } of applied) yield* Console.log(`applied ${name} (${Math.round(millis)} ms)`)
      yield* Console.log(
        applied.length === 0 ? "Nothing to do: the database is up to date" : "The database is up to date"
      )
      yield* tellUnfinished(migrations)
    })
  ).pipe(Command.withDescription("Apply the migrations that are missing, as one transaction"))

const printSql = Effect.fnUntraced(function* (target: Migrations.MigrationOptions) {
  const { missing } = yield* Migrations.plan(target)
  if (missing.length === 0) yield* Console.log("-- Nothing to do: the database is up to date")
  for (const { name, statements } of missing) {
    yield* Console.log(`-- ${name}`)
    for (const statement of statements) yield* Console.log(`${statement.replace(/;?$/, ";")}\n`)
  }
})
