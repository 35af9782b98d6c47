/**
 * The statements of a migration of rows.
 *
 * - `next`: the author's index of unmigrated (or of migrated) rows by key, from where the last batch ended; a row that
 *   failed is passed by through the primary key of `out_of_band_migrations_failed_rows`.
 * - `failed`: `out_of_band_migrations_failed_rows_waiting_idx`, then the table's key.
 * - `one`, `write`, `unchanged`: the table's key.
 */
import { and, asc, eq, getTableColumns, gt, lt, notExists, type SQL, sql } from "drizzle-orm"
import type { AnyPgColumn, AnyPgTable } from "drizzle-orm/pg-core"
import type { Drizzle } from "../database/router.ts"
import { typeOf } from "../store/StoreContext.ts"
import { arrayOf } from "../table/arrayOf.ts"
import { type FailedRowsOf, isOf } from "./FailedRows.ts"
import { outOfBandMigrationsFailedRows as failedRows } from "./outOfBandTables.ts"
import { type Change, sentChanges } from "./sentChanges.ts"

/** The rows of one direction. */
export interface Rows {
  readonly of: FailedRowsOf
  readonly table: AnyPgTable
  readonly key: AnyPgColumn
  /** Which rows are still to be done. */
  readonly pending: SQL
  readonly limit: number
}

const locked = { skipLocked: true } as const

/** The next rows by key that have not failed yet, after `after` where it is given. */
export const next = (db: Drizzle, { key, limit, of, pending, table }: Rows, after: unknown) =>
  db
    .select()
    .from(table)
    .where(
      and(
        pending,
        after === undefined ? undefined : gt(key, after),
        notExists(
          db
            .select({ one: sql`1` })
            .from(failedRows)
            .where(and(isOf(of), eq(failedRows.recordId, sql`${key}::text`)))
        )
      )
    )
    .orderBy(asc(key))
    .limit(limit)
    .for("update", { ...locked, of: table })

/** The keys of `next`, where a row cannot be read. */
export const nextKeys = (db: Drizzle, { key, limit, of, pending, table }: Rows, after: unknown) =>
  db
    .select({ key })
    .from(table)
    .where(
      and(
        pending,
        after === undefined ? undefined : gt(key, after),
        sql`not exists (select 1 from ${failedRows} where ${and(isOf(of), eq(failedRows.recordId, sql`${key}::text`))})`
      )
    )
    .orderBy(asc(key))
    .limit(limit)
    .for("update", { ...locked, of: table })

/** The keys of rows that failed before `before`, longest waiting first. */
export const failedKeys = (db: Drizzle, { key, limit, of, pending, table }: Rows, before: SQL) =>
  db
    .select({ key })
    .from(failedRows)
    .innerJoin(table, eq(key, sql`${failedRows.recordId}::${typeOf(key)}`))
    .where(and(isOf(of), lt(failedRows.lastAttemptAt, before), pending))
    .orderBy(asc(failedRows.lastAttemptAt))
    .limit(limit)
    .for("update", { ...locked, of: table })

/** Failed rows that are none any more: migrated by others, or gone. */
export const forgetStale = (db: Drizzle, { key, of, pending, table }: Rows) =>
  db
    .delete(failedRows)
    .where(
      and(
        isOf(of),
        sql`not exists (select 1 from ${table} where ${key} = ${failedRows.recordId}::${typeOf(key)} and (${pending}))`
      )
    )

export const one = (db: Drizzle, { key, table }: Rows, id: unknown) => db.select().from(table).where(eq(key, id))

/** Those of these rows that are still to be done. */
export const unchanged = (db: Drizzle, { key, pending, table }: Rows, keys: ReadonlyArray<unknown>) =>
  db
    .select({ key })
    .from(table)
    .where(and(sql`${key} = any(${sql.param([...keys], arrayOf(key))}::${typeOf(key)}[])`, pending))

/**
 * Writes the changes of rows that change the same fields, and gives the keys of those that are still to be done.
 * Undefined: they must be written one by one.
 */
export const write = (db: Drizzle, { key, pending, table }: Rows, changes: ReadonlyArray<Change>) => {
  const all = getTableColumns(table) as Record<string, AnyPgColumn>
  const columns = Object.keys(changes[0]?.values ?? {}).flatMap((field) => {
    const column = all[field]
    return column === undefined ? [] : [[field, column] as const]
  })
  const sent = sentChanges(key, columns, changes)
  if (sent === undefined) return undefined
  const values = columns.map(([field], at) => [field, sql`sent.${sql.raw(`c${at}`)}`])
  const written = db.$with("written").as(
    db
      .update(table)
      .set(Object.fromEntries(values) as never)
      .from(sql`${sent}`)
      .where(eq(key, sql`sent.key`))
      .returning({ key: sql`${key}`.as("key"), unchanged: sql`(${pending}) is true`.as("unchanged") })
  )
  return db
    .with(written)
    .select({ key: sql`${written.key}`.mapWith(key) })
    .from(written)
    .where(sql`${written.unchanged}`)
}

export const writeOne = (db: Drizzle, { key, table }: Rows, { key: id, values }: Change) =>
  db.update(table).set(values).where(eq(key, id))

export const count = (db: Drizzle, table: AnyPgTable, condition: SQL | undefined) =>
  db
    .select({ count: sql`count(*)`.mapWith(Number) })
    .from(table)
    .where(condition)
