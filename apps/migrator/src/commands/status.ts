/**
 * `migrator status`: what the database has, and where its out-of-band migrations are.
 */
import { Migrations, OutOfBandMigrations } from "@drover/core"
import type { DroverMigration } from "@drover/handlers/outOfBandMigrations"
import { Console, Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { databaseUrl } from "../databaseUrl.ts"
import { folder } from "../folder.ts"
import { withDatabase } from "../withDatabase.ts"

export const status = (migrations: ReadonlyArray<DroverMigration>) =>
  Command.make(
    "status",
    {
      folder,
      json: Flag.Boolean("json").pipe(Flag.withDescription("Print JSON"), Flag.withDefault(false))
    },
    Effect.fn(function* (options) {
      const plan = yield* Migrations.plan({ url: yield* databaseUrl, folder: options.folder })
      const found = { schema: schemaOf(plan), outOfBand: yield* outOfBandOf(migrations) }
      yield* Console.log(options.json ? JSON.stringify(found, undefined, 2) : print(found))
    })
  ).pipe(Command.withDescription("What is applied and what is missing"))

type Found = {
  readonly schema: ReturnType<typeof schemaOf>
  readonly outOfBand: Effect.Success<ReturnType<typeof outOfBandOf>>
}

const schemaOf = ({ applied, edited, missing, unknown }: Migrations.MigrationPlan) => ({
  applied: applied.map(({ name }) => name),
  missing: missing.map(({ name }) => name),
  edited: edited.map(({ name }) => name),
  unknown: unknown.map(({ when }) => new Date(when).toISOString())
})

/** Reads only: what is registered by this code shows as soon as something has run on the database. */
const outOfBandOf = Effect.fnUntraced(
  function* (migrations: ReadonlyArray<DroverMigration>) {
    const known = new Set(migrations.map(({ id }) => id))
    const all = yield* OutOfBandMigrations.list
    return yield* Effect.forEach(all.toReversed(), (state) =>
      Effect.map(OutOfBandMigrations.leftOver({ id: state.id, reverse: state.applyReverse }), ({ count, rows }) => ({
        id: state.id,
        component: state.component,
        description: state.description,
        direction: state.applyReverse ? "down" : "up",
        progress: state.progress,
        complete: OutOfBandMigrations.isComplete(state),
        known: known.has(state.id),
        introduced: OutOfBandMigrations.format(state.introduced),
        deprecated: state.deprecated === undefined ? null : OutOfBandMigrations.format(state.deprecated),
        lastUpdatedAt: state.lastUpdatedAt?.toISOString() ?? null,
        failedRows: { count, rows },
        errors: state.errors.map(({ createdAt, lastSeenAt, message, occurrences }) => ({
          message,
          occurrences,
          createdAt: createdAt.toISOString(),
          lastSeenAt: lastSeenAt.toISOString()
        }))
      }))
    )
  },
  withDatabase,
  (effect) =>
    Effect.catchIf(
      effect,
      (error) => error._tag === "StatementRejected" && error.code === "42P01",
      () => Effect.succeed([])
    )
)

/** How many errors and rows of a migration people are shown; JSON has all. */
const SHOWN = 3

const print = ({ outOfBand, schema }: Found): string =>
  [
    "Schema migrations",
    ...schema.applied.map((name) => `  applied  ${name}${schema.edited.includes(name) ? "  (edited since)" : ""}`),
    ...schema.missing.map((name) => `  missing  ${name}`),
    ...schema.unknown.map((when) => `  unknown  from ${when}: a newer release's`),
    ...(schema.missing.length > 0 ? ["Run `pnpm db:migrate` to apply what is missing."] : []),
    "",
    "Out-of-band migrations",
    ...(outOfBand.length === 0 ? ["  none"] : []),
    ...outOfBand.flatMap((each) => [
      `  ${each.id}  ${each.direction}  ${OutOfBandMigrations.percent(each.progress)}  ${each.component}: ${each.description}${each.known ? "" : "  (not of this release)"}`,
      ...(each.failedRows.count > 0 ? [`      ${each.failedRows.count} row(s) failed:`] : []),
      ...each.failedRows.rows.slice(0, SHOWN).map(({ message, recordId }) => `        ${recordId}: ${message}`),
      ...each.errors
        .slice(0, SHOWN)
        .map(
          ({ lastSeenAt, message, occurrences }) =>
            `      ${lastSeenAt}  ${message}${occurrences > 1 ? `  (${occurrences} times)` : ""}`
        )
    ])
  ].join("\n")
