/**
 * Which releases have worked on a database, and whether this one may.
 */
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { Database } from "../database/Database.ts"
import { DatabaseClock } from "../table/DatabaseClock.ts"
import { list } from "./MigrationState.ts"
import { instanceVersions as table } from "./outOfBandTables.ts"
import { validateMigrations } from "./validateMigrations.ts"
import { type Version, version } from "./Version.ts"

/**
 * Fails where the data is in a form that release `current` cannot read, given that the database began with `first`.
 *
 * @category queries
 */
export const validate = Effect.fnUntraced(function* (current: Version, first: Version) {
  const unfinished = validateMigrations(yield* list, current, first)
  if (unfinished !== undefined) return yield* unfinished
})

/** @category options */
export interface StartOptions {
  /** The program, for example `worker`. */
  readonly service: string
  /** Its release, for example `3.12.1`. */
  readonly version: string
  /** True starts on whatever is there. Defaults to false. */
  readonly skipValidation?: boolean | undefined
}

/**
 * Remembers that this release works on the database from now on, after it has been found to fit the data.
 *
 * @category commands
 */
export const start = Effect.fnUntraced(function* (options: StartOptions) {
  const { run } = yield* Database
  const [row] = yield* run((db) =>
    db
      .select()
      .from(table)
      .where(sql`${table.service} = ${options.service}`)
  )
  const current = version(options.version)
  const first = row === undefined ? current : version(row.firstVersion)
  if (options.skipValidation === true) yield* Effect.logWarning("Out-of-band migrations are not validated")
  else yield* validate(current, first)
  const clock = yield* DatabaseClock
  yield* run((db) =>
    db
      .insert(table)
      .values({ service: options.service, firstVersion: options.version, version: options.version })
      .onConflictDoUpdate({ target: table.service, set: { version: options.version, updatedAt: clock } })
  )
})
