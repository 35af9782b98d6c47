/**
 * A drizzle select that was not run, as the source of an INSERT: its rows never leave the database.
 */
import { Column, is, SQL, sql, type SQLWrapper } from "drizzle-orm"
import type { AnyPgColumn } from "drizzle-orm/pg-core"
import { InvalidOptions } from "../options/InvalidOptions.ts"
import { commas } from "./commas.ts"

/**
 * Any drizzle select, whose rows would be of this type.
 *
 * @category models
 */
export interface Query<Row> extends SQLWrapper {
  readonly _: { readonly result: ReadonlyArray<Row> }
}

/**
 * The row's fields with the types that `Target` has for them, which for others is `never`: a misspelt optional field
 * would else pass for any other.
 */
export type Known<Row, Target> = { readonly [Field in keyof Row]: Target[Field & keyof Target] }

/** A query whose rows have fields of `Target`, or of one of its members, and no others. */
export type QueryOf<Row, Target> = Target extends unknown ? Query<Known<Row, Target>> : never

/** A field of a query. */
export type QueryField = AnyPgColumn | SQL | SQL.Aliased

/** The query as a source of rows, whose columns go by position: in SQL its fields may have other names, or none. */
export interface QuerySource {
  readonly from: SQL
  readonly fields: ReadonlyArray<{ readonly name: string; readonly field: QueryField; readonly value: SQL }>
}

/** Throws `InvalidOptions`. */
export const querySource = (owner: string, query: Query<unknown>): QuerySource => {
  const config = (query as { readonly _?: { readonly config?: { readonly fields?: Record<string, unknown> } } })._
    ?.config
  const invalid = (rule: string) => new InvalidOptions({ owner, field: "query", rule })
  if (config?.fields === undefined) throw invalid("must be a drizzle select")
  const fields = Object.entries(config.fields).map(([name, field], index) => {
    if (is(field, Column) || is(field, SQL) || is(field, SQL.Aliased)) {
      return { name, field: field as QueryField, value: sql.raw(`c${index}`) }
    }
    throw invalid(`must select columns and expressions, but \`${name}\` is neither`)
  })
  return { fields, from: sql`(${query.getSQL()}) as picked(${commas(fields.map(({ value }) => value))})` }
}
