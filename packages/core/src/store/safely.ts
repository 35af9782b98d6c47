/**
 * Reading a row that may hold what its columns cannot decode.
 *
 * drizzle decodes a whole answer at once, and throws it all away for one bad
 * value. A dequeue has already taken the rows by then. So each value is decoded
 * by itself, and a bad one stays a value that says what is wrong with it.
 */
import { Column, is, SQL, sql } from "drizzle-orm"
import type { AnyPgColumn } from "drizzle-orm/pg-core"

export class Undecodable {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

export const safely = (field: AnyPgColumn | SQL): SQL => decodeWith(sql`${field}`, decoderOf(field))

export interface Decoder {
  readonly mapFromDriverValue: (value: unknown) => unknown
}

/** drizzle keeps an expression's decoder to itself. */
export const decoderOf = (field: AnyPgColumn | SQL): Decoder =>
  is(field, Column) ? field : (field as unknown as { readonly decoder: Decoder }).decoder

const decodeWith = (field: SQL, decoder: Decoder): SQL =>
  field.mapWith((value: unknown) => {
    try {
      return decoder.mapFromDriverValue(value)
    } catch (thrown) {
      return new Undecodable(thrown instanceof Error ? thrown.message : String(thrown))
    }
  })

/** What is wrong with a record, if anything. */
export const undecodable = (record: Readonly<Record<string, unknown>>): string | undefined => {
  const bad = Object.entries(record).filter((entry): entry is [string, Undecodable] => entry[1] instanceof Undecodable)
  return bad.length === 0
    ? undefined
    : bad.map(([field, { reason }]) => `\`${field}\` cannot be decoded: ${reason}`).join("; ")
}
