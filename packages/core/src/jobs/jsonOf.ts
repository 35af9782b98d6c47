/**
 * A query's row as a JSON object, each value as the payload's schema writes and reads it.
 */
import { Column, is, SQL, sql } from "drizzle-orm"
import { type AnyPgColumn, PgArray, PgTimestamp } from "drizzle-orm/pg-core"
import { commas } from "../table/commas.ts"
import type { QueryField, QuerySource } from "../table/Query.ts"

export const jsonOf = (fields: QuerySource["fields"]): SQL => {
  const objects: Array<SQL> = []
  for (let at = 0; at < fields.length; at += AT_MOST) {
    const pairs = fields
      .slice(at, at + AT_MOST)
      .map(({ field, name, value }) => sql`${name}::text, ${readable(columnOf(field), value)}`)
    objects.push(sql`jsonb_build_object(${commas(pairs)})`)
  }
  return sql.join(objects, sql` || `)
}

/** Postgres takes a hundred arguments. */
const AT_MOST = 50

/**
 * Postgres writes a number where drizzle, whose types the compiler has checked, reads a text or a bigint; a schema reads
 * both from text. And a time without a zone is one of UTC to drizzle.
 */
const readable = (column: AnyPgColumn | undefined, value: SQL): SQL => {
  if (column === undefined) return value
  if (asText(column)) return sql`${value}::text`
  if (is(column, PgArray) && asText(column.baseColumn)) return sql`${value}::text[]`
  return is(column, PgTimestamp) && !column.withTimezone ? sql`${value} at time zone 'UTC'` : value
}

const asText = ({ dataType }: AnyPgColumn): boolean => dataType === "string" || dataType === "bigint"

/** The column that a field is read as; an expression is read as one when it was mapped with one. */
const columnOf = (field: QueryField): AnyPgColumn | undefined => {
  if (is(field, Column)) return field
  const { decoder } = (is(field, SQL.Aliased) ? field.sql : field) as unknown as { readonly decoder: unknown }
  return is(decoder, Column) ? (decoder as AnyPgColumn) : undefined
}
