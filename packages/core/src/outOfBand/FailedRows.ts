/**
 * The rows that a migration could not migrate, and passed by.
 *
 * Written in the transaction of the batch that they were in. Served by the table's primary key, and read by
 * `out_of_band_migrations_failed_rows_waiting_idx`.
 */
import { and, eq, inArray, sql } from "drizzle-orm"
import { Context, Effect } from "effect"
import { Database } from "../database/Database.ts"
import { DatabaseClock } from "../table/DatabaseClock.ts"
import { addError } from "./MigrationState.ts"
import { outOfBandMigrationsFailedRows as table } from "./outOfBandTables.ts"

/** @category models */
export interface FailedRow {
  /** The row's key, as text. */
  readonly recordId: string
  /** Why its last attempt failed. */
  readonly message: string
}

/** Which rows of the table are meant: a migration's, of one direction. */
export interface FailedRowsOf {
  readonly id: number
  readonly reverse: boolean
}

/**
 * Rows that were last tried before this moment of the database (as text) are tried again. Undefined: those that have
 * rested as long as the migration says.
 */
export const TriedBefore = Context.Reference<string | undefined>("@drover/core/outOfBand/TriedBefore", {
  defaultValue: () => undefined
})

export const isOf = ({ id, reverse }: FailedRowsOf) => and(eq(table.migrationId, id), eq(table.reverse, reverse))

/** Counts and lists them, longest waiting first. */
export const leftOver = Effect.fnUntraced(function* (of: FailedRowsOf) {
  const { run } = yield* Database
  const [counted] = yield* run((db) =>
    db
      .select({ count: sql`count(*)`.mapWith(Number) })
      .from(table)
      .where(isOf(of))
  )
  const rows: ReadonlyArray<FailedRow> = yield* run((db) =>
    db
      .select({ recordId: table.recordId, message: table.message })
      .from(table)
      .where(isOf(of))
      .orderBy(table.lastAttemptAt, table.recordId)
      .limit(1000)
  )
  return { count: counted?.count ?? 0, rows }
})

/** A batch may have many: only so many become errors of the migration, which keeps no more. */
const TOLD = 100

/** Remembers that these failed. The first failure of a row is also an error of its migration. */
export const record = Effect.fnUntraced(function* (of: FailedRowsOf, rows: ReadonlyArray<FailedRow>) {
  if (rows.length === 0) return
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const sent = JSON.stringify(rows.map(({ message, recordId }) => ({ recordId, message: message.toWellFormed() })))
  const recorded = yield* run((db) =>
    db
      .insert(table)
      .select(
        sql`select ${of.id}::int, ${of.reverse}::boolean, sent."recordId", sent.message, 1, ${clock}
          from jsonb_to_recordset(${sent}::jsonb) as sent("recordId" text, message text)`
      )
      .onConflictDoUpdate({
        target: [table.migrationId, table.reverse, table.recordId],
        set: {
          message: sql`excluded.message`,
          attempts: sql`${table.attempts} + 1`,
          lastAttemptAt: sql`excluded.last_attempt_at`
        }
      })
      .returning({ recordId: table.recordId, message: table.message, attempts: table.attempts })
  )
  const news = recorded.filter(({ attempts }) => attempts === 1).slice(-TOLD)
  for (const { message, recordId } of news) yield* addError(of.id, `row ${recordId}: ${message}`)
})

/** These are migrated, or gone. */
export const forget = Effect.fnUntraced(function* (of: FailedRowsOf, recordIds: ReadonlyArray<string>) {
  if (recordIds.length === 0) return
  const { run } = yield* Database
  yield* run((db) => db.delete(table).where(and(isOf(of), inArray(table.recordId, [...recordIds]))))
})
