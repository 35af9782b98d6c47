/**
 * The columns of a table that may be inserted into, and what they are given
 * where a record leaves them out and the database has nothing to say of it.
 */
import { getTableColumns } from "drizzle-orm"
import type { AnyPgColumn, PgTable } from "drizzle-orm/pg-core"

/** By the field of a record that is for them. */
export type InsertColumns = ReadonlyArray<readonly [field: string, column: AnyPgColumn]>

export type RecordValues = Readonly<Record<string, unknown>>

export const insertable = (table: PgTable): InsertColumns =>
  Object.entries(getTableColumns(table)).filter(
    ([, { generated }]) => generated === undefined || generated.type === "byDefault"
  )

/** What drizzle computes for a field that is left out, as it does so in its own inserts. */
export const runtimeDefault = (column: AnyPgColumn): (() => unknown) | undefined =>
  column.defaultFn ?? (column.default === undefined ? column.onUpdateFn : undefined)

/** The records with every runtime default filled in, so that each is computed once. */
export const complete = (columns: InsertColumns, records: ReadonlyArray<RecordValues>): ReadonlyArray<RecordValues> => {
  const defaults = columns.flatMap(([field, column]) => {
    const compute = runtimeDefault(column)
    return compute === undefined ? [] : [{ field, compute }]
  })
  if (defaults.length === 0) return records
  return records.map((record) => {
    const missing = defaults.filter(({ field }) => record[field] === undefined)
    return { ...record, ...Object.fromEntries(missing.map(({ compute, field }) => [field, compute()])) }
  })
}
