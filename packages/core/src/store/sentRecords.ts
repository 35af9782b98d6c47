/**
 * How records travel in a statement whose text does not depend on their number.
 *
 * As one JSON document that Postgres reads into rows, each value by the input
 * function of its column's type: what that type says of length, of enums and of
 * arrays holds, as it does for a value that is sent by itself.
 */
import { is, isSQLWrapper, type SQL, sql } from "drizzle-orm"
import { type AnyPgColumn, PgArray, PgCustomColumn, PgJson, PgJsonb } from "drizzle-orm/pg-core"
import { commas } from "../table/commas.ts"
import type { InsertColumns, RecordValues } from "./insertable.ts"
import { typeOf } from "./StoreContext.ts"

export interface SentRecords {
  /** Rows of `c0`, `c1`, … and `place`, which is the record's number. */
  readonly from: SQL
  /** The columns that `c0`, `c1`, … are for. */
  readonly columns: ReadonlyArray<AnyPgColumn>
}

/**
 * Undefined where they must be sent one by one:
 *
 * - one leaves a field out that another gives: a default can be named in a list of values, and nowhere else
 * - a field is given as an expression
 * - a column's type is a custom one, of which only its author knows what it makes of JSON
 */
export const sentRecords = (columns: InsertColumns, records: ReadonlyArray<RecordValues>): SentRecords | undefined => {
  const first = records[0]!
  const given = columns.filter(([field]) => first[field] !== undefined)
  const others = columns.filter(([field]) => first[field] === undefined)
  if (given.length === 0 || given.some(([, column]) => is(column, PgCustomColumn))) return undefined
  const rows: Array<string> = []
  for (const record of records) {
    if (others.some(([field]) => record[field] !== undefined)) return undefined
    const values: Array<string> = []
    for (const [field, column] of given) {
      const value = printed(column, record[field])
      if (value === undefined) return undefined
      values.push(`"c${values.length}":${value}`)
    }
    rows.push(`{${values.join(",")}}`)
  }
  const names = given.map((_, index) => sql.raw(`c${index}`))
  const types = given.map(([, column], index) => sql`${names[index]} ${arrayTypeOf(column)}`)
  return {
    columns: given.map(([, column]) => column),
    from: sql`rows from (json_to_recordset(${`[${rows.join(",")}]`}::json) as (${commas(types)}))
      with ordinality as sent(${commas([...names, sql.raw("place")])})`
  }
}

/** A value as JSON that its column's type reads as it would the value itself. */
const printed = (column: AnyPgColumn, value: unknown): string | undefined => {
  if (value === null) return "null"
  if (value === undefined || isSQLWrapper(value)) return undefined
  const sent = column.mapToDriverValue(value)
  if (is(column, PgJson) || is(column, PgJsonb)) return sent === "null" ? undefined : (sent as string | undefined)
  switch (typeof sent) {
    case "string":
      return JSON.stringify(sent.toWellFormed())
    case "number":
    case "bigint":
    case "boolean":
      return `"${sent}"`
    default:
      return sent instanceof Date ? `"${sent.toISOString()}"` : undefined
  }
}

const arrayTypeOf = (column: AnyPgColumn): SQL =>
  is(column, PgArray) ? sql`${arrayTypeOf(column.baseColumn)}[]` : typeOf(column)
