/**
 * `migrator out-of-band up|down [ids…]`: brings migrations to completion. `… direction <id> up|down`: turns one, for
 * workers to follow.
 */
import { OutOfBandMigrations } from "@drover/core"
import type { DroverMigration } from "@drover/handlers/outOfBandMigrations"
import { Console, Effect, Result, Schema } from "effect"
import { Argument, Command } from "effect/cli"
import { show } from "../progress/show.ts"
import { withDatabase, withKeys } from "../withDatabase.ts"

/** Some could not be completed; the others were. */
export class NotCompleted extends Schema.TaggedError<NotCompleted>()("NotCompleted", {
  failures: Schema.Array(Schema.String)
}) {
  override get message() {
    return this.failures.join("\n")
  }
}

export const outOfBand = (migrations: ReadonlyArray<DroverMigration>) =>
  Command.make("out-of-band").pipe(
    Command.withDescription("Changes of data too long for a schema migration"),
    Command.withSubcommands([run(migrations, "up"), run(migrations, "down"), direction(migrations)])
  )

const run = (migrations: ReadonlyArray<DroverMigration>, way: "up" | "down") =>
  Command.make(
    way,
    { ids: Argument.Int("id").pipe(Argument.variadic(), Argument.withDescription("Which ones; all if left out")) },
    ({ ids }) => withDatabase(withKeys(runAll(migrations, way, ids)))
  ).pipe(
    Command.withDescription(
      way === "up" ? "Bring migrations to completion" : "Take migrations back, before an older release is deployed"
    )
  )

const runAll = Effect.fnUntraced(function* (
  migrations: ReadonlyArray<DroverMigration>,
  way: "up" | "down",
  ids: ReadonlyArray<number>
) {
  yield* OutOfBandMigrations.register(migrations)
  const chosen = yield* choose(migrations, ids)
  if (chosen.length === 0) return yield* Console.log("There are no out-of-band migrations")
  const failures: Array<string> = []
  // a later migration may build on an earlier one
  for (const migration of way === "up" ? chosen : chosen.toReversed()) {
    const result = yield* Effect.result(show(OutOfBandMigrations.runToCompletion(migration, way)))
    if (Result.isFailure(result)) failures.push(result.failure.message)
  }
  if (failures.length > 0) return yield* new NotCompleted({ failures })
})

const direction = (migrations: ReadonlyArray<DroverMigration>) =>
  Command.make(
    "direction",
    { id: Argument.Int("id"), way: Argument.Literals("direction", ["up", "down"]) },
    Effect.fnUntraced(function* ({ id, way }) {
      yield* OutOfBandMigrations.register(migrations)
      yield* OutOfBandMigrations.updateDirection(id, way)
      yield* Console.log(`Out-of-band migration ${id} goes ${way} from now on; workers see it within 30 seconds`)
    }, withDatabase)
  ).pipe(Command.withDescription("Turn a migration, and leave the work to the workers"))

const choose = (migrations: ReadonlyArray<DroverMigration>, ids: ReadonlyArray<number>) => {
  const known = migrations.map(({ id }) => id)
  const unknown = ids.find((id) => !known.includes(id))
  if (unknown !== undefined) return Effect.fail(new OutOfBandMigrations.MigrationUnknown({ id: unknown, known }))
  return Effect.succeed(
    migrations.filter(({ id }) => ids.length === 0 || ids.includes(id)).toSorted((one, other) => one.id - other.id)
  )
}
