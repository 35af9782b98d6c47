/**
 * What the database knows of out-of-band migrations: reads and narrow writes, none of which moves data.
 *
 * Served by the primary key of `out_of_band_migrations` and by `out_of_band_migrations_errors_newest_idx`.
 */
import { and, desc, eq, lt, ne, sql } from "drizzle-orm"
import { Effect } from "effect"
import { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import { DatabaseClock } from "../table/DatabaseClock.ts"
import { MigrationUnknown } from "./OutOfBandError.ts"
import { outOfBandMigrations as table, outOfBandMigrationsErrors as errors } from "./outOfBandTables.ts"
import type { Version } from "./Version.ts"

/** @category models */
export interface MigrationError {
  readonly message: string
  /** How often it was said in a row. */
  readonly occurrences: number
  readonly createdAt: Date
  readonly lastSeenAt: Date
}

/** A row of `out_of_band_migrations`. @category models */
export interface MigrationState {
  readonly id: number
  readonly team: string
  readonly component: string
  readonly description: string
  readonly introduced: Version
  readonly deprecated: Version | undefined
  /** From 0 to 1. */
  readonly progress: number
  readonly nonDestructive: boolean
  readonly applyReverse: boolean
  readonly createdAt: Date
  readonly lastUpdatedAt: Date | undefined
}

/** A migration with its errors, newest first. @category models */
export interface ListedMigration extends MigrationState {
  readonly errors: ReadonlyArray<MigrationError>
}

/** How many errors of a migration are kept. */
const KEPT = 100

const stateOf = (row: typeof table.$inferSelect): MigrationState => {
  const { deprecatedMajor, deprecatedMinor, introducedMajor, introducedMinor, lastUpdatedAt, ...rest } = row
  return {
    ...rest,
    introduced: { major: introducedMajor, minor: introducedMinor },
    deprecated:
      deprecatedMajor === null || deprecatedMinor === null
        ? undefined
        : { major: deprecatedMajor, minor: deprecatedMinor },
    lastUpdatedAt: lastUpdatedAt ?? undefined
  }
}

/** All migrations that ever were registered, newest id first. @category queries */
export const list: Effect.Effect<ReadonlyArray<ListedMigration>, DatabaseError, Database> = Effect.gen(function* () {
  const { run } = yield* Database
  const rows = yield* run((db) => db.select().from(table).orderBy(desc(table.id)))
  const said = yield* run((db) => db.select().from(errors).orderBy(desc(errors.migrationId), desc(errors.id)))
  const of = Map.groupBy(said, ({ migrationId }) => migrationId)
  return rows.map((row) => ({ ...stateOf(row), errors: of.get(row.id) ?? [] }))
})

/** Undefined: it was never registered. @category queries */
export const find = Effect.fnUntraced(function* (id: number) {
  const { run } = yield* Database
  const [row] = yield* run((db) => db.select().from(table).where(eq(table.id, id)))
  return row === undefined ? undefined : stateOf(row)
})

/** Writes only what differs. */
export const updateProgress = Effect.fnUntraced(function* (id: number, progress: number) {
  const { run } = yield* Database
  const lastUpdatedAt = yield* DatabaseClock
  yield* run((db) =>
    db
      .update(table)
      .set({ progress, lastUpdatedAt })
      .where(and(eq(table.id, id), ne(table.progress, progress)))
  )
})

/**
 * Which way a migration goes from its next step on, whoever takes it.
 *
 * @category commands
 */
export const updateDirection = Effect.fnUntraced(function* (id: number, direction: "up" | "down") {
  const { run } = yield* Database
  const lastUpdatedAt = yield* DatabaseClock
  const changed = yield* run((db) =>
    db
      .update(table)
      .set({ applyReverse: direction === "down", lastUpdatedAt })
      .where(eq(table.id, id))
      .returning({ id: table.id })
  )
  if (changed.length > 0) return
  const known = yield* run((db) => db.select({ id: table.id }).from(table).orderBy(table.id))
  return yield* new MigrationUnknown({ id, known: known.map((row) => row.id) })
})

/** One that says what the newest says is counted with it. Only the newest hundred stay. */
export const addError = Effect.fnUntraced(function* (id: number, message: string) {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const newest = sql`(select max(${errors.id}) from ${errors} where ${eq(errors.migrationId, id)})`
  const again = yield* run((db) =>
    db
      .update(errors)
      .set({ occurrences: sql`${errors.occurrences} + 1`, lastSeenAt: clock })
      .where(and(eq(errors.id, newest), eq(errors.message, message)))
      .returning({ id: errors.id })
  )
  if (again.length === 0) {
    yield* run((db) => db.insert(errors).values({ migrationId: id, message, createdAt: clock, lastSeenAt: clock }))
    const oldestKept = sql`(select ${errors.id} from ${errors} where ${eq(errors.migrationId, id)}
      order by ${errors.id} desc offset ${sql.raw(String(KEPT - 1))} limit 1)`
    yield* run((db) => db.delete(errors).where(and(eq(errors.migrationId, id), lt(errors.id, oldestKept))))
  }
  yield* run((db) => db.update(table).set({ lastUpdatedAt: clock }).where(eq(table.id, id)))
})
