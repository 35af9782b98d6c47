/**
 * Array types for postgres.js, which knows none of its own once its start-up
 * type query is off. (That query is off because a connection that dies during
 * it rejects a promise nobody holds, and the process with it.)
 *
 * One dimension is all a work table needs.
 */
import type { PostgresType } from "postgres"

type Parse = (text: string) => unknown
type Print = (value: unknown) => string

/** `{a,"b,c",NULL}` to its elements. */
export const parseArray = (text: string, parse: Parse): Array<unknown> => {
  const elements: Array<unknown> = []
  let at = 1
  while (at < text.length - 1) {
    if (text[at] === '"') {
      let element = ""
      for (at++; text[at] !== '"'; at++) {
        if (text[at] === "\\") at++
        element += text[at]
      }
      elements.push(parse(element))
      at += 2
    } else {
      const comma = text.indexOf(",", at)
      const end = comma === -1 ? text.length - 1 : comma
      const element = text.slice(at, end)
      elements.push(element === "NULL" ? null : parse(element))
      at = end + 1
    }
  }
  return elements
}

/** Elements to `{"a","b,c",NULL}`. */
export const printArray = (elements: ReadonlyArray<unknown>, print: Print): string =>
  `{${elements.map((element) => (element === null || element === undefined ? "NULL" : quote(print(element)))).join(",")}}`

const quote = (text: string): string => `"${text.replace(/[\\"]/g, "\\$&")}"`

const arrayType = (oid: number, parse: Parse, print: Print = String): PostgresType => ({
  to: oid,
  from: [oid],
  parse: (text: string) => parseArray(text, parse),
  // drizzle's own array columns hand over finished text
  serialize: (value: unknown) => (Array.isArray(value) ? printArray(value, print) : value)
})

const asIs: Parse = (text) => text
const json: Print = (value) => (typeof value === "string" ? value : JSON.stringify(value))

/** The `types` option of a postgres.js client, keyed by a name that nothing reads. */
export const arrayTypes: Record<string, PostgresType> = {
  bool: arrayType(1000, (text) => text === "t"),
  int2: arrayType(1005, Number),
  int4: arrayType(1007, Number),
  int8: arrayType(1016, asIs),
  float8: arrayType(1022, Number),
  text: arrayType(1009, asIs),
  varchar: arrayType(1015, asIs),
  numeric: arrayType(1231, asIs),
  timestamptz: arrayType(1185, asIs, (value) => (value instanceof Date ? value.toISOString() : String(value))),
  uuid: arrayType(2951, asIs),
  json: arrayType(199, (text) => JSON.parse(text) as unknown, json),
  jsonb: arrayType(3807, (text) => JSON.parse(text) as unknown, json)
}
