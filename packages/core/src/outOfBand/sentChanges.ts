/**
 * New values of some columns for many rows, in a statement whose text does not depend on their number: as one JSON
 * document that Postgres reads into rows, each value by the input function of its column's type.
 */
import { is, isSQLWrapper, type SQL, sql } from "drizzle-orm"
import { type AnyPgColumn, PgArray, PgJson, PgJsonb } from "drizzle-orm/pg-core"
import { typeOf } from "../store/StoreContext.ts"
import { commas } from "../table/commas.ts"

/** A row's key, and its new values by the names of the table's fields. */
export interface Change {
  readonly key: unknown
  readonly values: Readonly<Record<string, unknown>>
}

/**
 * Rows of `key`, and of `c0`, `c1`, … for the columns. Undefined where a value is an expression, or none that JSON can
 * carry: then each row is written by itself.
 */
export const sentChanges = (
  key: AnyPgColumn,
  columns: ReadonlyArray<readonly [field: string, column: AnyPgColumn]>,
  changes: ReadonlyArray<Change>
): SQL | undefined => {
  const rows: Array<string> = []
  for (const change of changes) {
    const values = [`"key":${printed(key, change.key)}`]
    for (const [at, [field, column]] of columns.entries()) {
      const value = printed(column, change.values[field])
      if (value === undefined) return undefined
      values.push(`"c${at}":${value}`)
    }
    rows.push(`{${values.join(",")}}`)
  }
  const types = columns.map(([, column], at) => sql`${sql.raw(`c${at}`)} ${arrayTypeOf(column)}`)
  return sql`json_to_recordset(${`[${rows.join(",")}]`}::json) as sent(${commas([sql`key ${typeOf(key)}`, ...types])})`
}

const printed = (column: AnyPgColumn, value: unknown): string | undefined => {
  if (value === null) return "null"
  if (value === undefined || isSQLWrapper(value)) return undefined
  const sent: unknown = column.mapToDriverValue(value)
  if (is(column, PgJson) || is(column, PgJsonb)) {
    // a JSON null is no SQL null, and would become one
    return typeof sent === "string" && sent !== "null" ? sent : undefined
  }
  if (typeof sent === "string") return JSON.stringify(sent.toWellFormed())
  if (typeof sent === "number" || typeof sent === "bigint" || typeof sent === "boolean") return `"${sent}"`
  if (sent instanceof Uint8Array) return `"\\\\x${Buffer.from(sent).toString("hex")}"`
  return sent instanceof Date ? `"${sent.toISOString()}"` : undefined
}

const arrayTypeOf = (column: AnyPgColumn): SQL =>
  is(column, PgArray) ? sql`${arrayTypeOf(column.baseColumn)}[]` : typeOf(column)
