/**
 * Where a page of credentials ended: the values that they are ordered by. Pure.
 */
import { Schema } from "effect"

const Ended = Schema.fromJsonString(Schema.Array(Schema.Union([Schema.String, Schema.Number])))
const decode = Schema.decodeUnknownOption(Ended)

/** For whoever asks for the next page, as text that says nothing to him. */
export const writeCursor = (values: ReadonlyArray<string | number>): string =>
  Buffer.from(JSON.stringify(values)).toString("base64url")

/** Undefined: it is none of ours. */
export const readCursor = (cursor: string, length: number): ReadonlyArray<string | number> | undefined => {
  const values = decode(Buffer.from(cursor, "base64url").toString("utf8"))
  return values._tag === "Some" && values.value.length === length ? values.value : undefined
}
