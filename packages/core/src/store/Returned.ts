/**
 * What a statement returns, each expression once, and where in its rows it is.
 *
 * Rows are read by place, by code that is made once for a statement: a claim of
 * hundreds of records spends its time on their values, and not on their names.
 */
import { Column, is, SQL, sql } from "drizzle-orm"
import { type AnyPgColumn, PgTimestamp } from "drizzle-orm/pg-core"
import type { RawRow } from "../database/router.ts"

/** A column, or an expression that knows how it is decoded. */
export type Field = AnyPgColumn | SQL

/** Gives one value of a row. Throws when it cannot be decoded. */
export type ReadValue = (row: RawRow) => unknown

export class Returned {
  /** For `returning` or `select`: in the order of the rows' values. */
  readonly fields: Record<string, SQL> = {}
  readonly #places = new Map<Field, number>()

  /** Where in a row the field's value is. */
  placeOf(field: Field): number {
    const known = this.#places.get(field)
    if (known !== undefined) return known
    const place = this.#places.size
    this.#places.set(field, place)
    this.fields[`f${place}`] = sql`${field}`
    return place
  }

  /** Reads the field as its column decodes it; null is null. */
  valueOf(field: Field): ReadValue {
    const place = this.placeOf(field)
    const decode = decoderOf(field)
    if (decode === undefined) return (row) => row[place]
    return (row) => {
      const value = row[place]
      return value === null ? null : decode(value)
    }
  }
}

/** How a field's values are decoded; undefined where they are taken as they are. */
export const decoderOf = (field: Field): ((value: unknown) => unknown) | undefined => {
  const decoder = drizzlesDecoder(field)
  if (decoder.mapFromDriverValue === Column.prototype.mapFromDriverValue) return undefined
  const decode = (value: unknown) => decoder.mapFromDriverValue(value)
  return is(decoder, PgTimestamp) ? remembering(decode) : decode
}

/** The rows of one claim have times in common, and reading one takes longer than anything else of a row. */
const remembering = (decode: (value: unknown) => unknown): ((value: unknown) => unknown) => {
  let last: unknown
  let millis = NaN
  return (value) => {
    if (value !== last) {
      millis = (decode(value) as Date).getTime()
      last = value
    }
    return new Date(millis) // its own: a date can be changed
  }
}

/** Another expression whose values are decoded as the field's are. */
export const decodedAs = (field: Field, expression: SQL): SQL => expression.mapWith(drizzlesDecoder(field))

interface Decoder {
  readonly mapFromDriverValue: (value: unknown) => unknown
}

/** drizzle keeps an expression's decoder to itself. */
const drizzlesDecoder = (field: Field): Decoder =>
  is(field, Column) ? field : (field as unknown as { readonly decoder: Decoder }).decoder
