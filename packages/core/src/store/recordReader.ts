/**
 * From a row to a record, or to the reason why there is none.
 *
 * drizzle decodes a whole answer at once, and throws it all away for one bad
 * value. A dequeue has already taken the rows by then: so a bad row fails alone.
 */
import type { RawRow } from "../database/router.ts"
import type { Field, Returned } from "./Returned.ts"

/** @param workerHostname of the claim, for a record that shows it */
export type ReadRecord = (row: RawRow, workerHostname: string) => Read

export type Read =
  | { readonly record: Readonly<Record<string, unknown>>; readonly reason?: undefined }
  | { readonly record?: undefined; readonly reason: string }

/** Values that a claim has just written, as they decode: the statement need not send them back. */
export type Known = (field: Field) => ((workerHostname: string) => unknown) | undefined

const nothing: Known = () => undefined

export const recordReader = (
  returned: Returned,
  selection: Readonly<Record<string, Field>>,
  known: Known = nothing
): ReadRecord => {
  const names = Object.keys(selection)
  const readers = Object.values(selection).map((field): ReadField => {
    const written = known(field)
    return written === undefined ? returned.valueOf(field) : (_row, workerHostname) => written(workerHostname)
  })
  return (row, workerHostname) => {
    const record: Record<string, unknown> = {}
    try {
      for (let at = 0; at < names.length; at++) record[names[at]!] = readers[at]!(row, workerHostname)
      return { record }
    } catch {
      return { reason: undecodable(names, readers, row, workerHostname) }
    }
  }
}

type ReadField = (row: RawRow, workerHostname: string) => unknown

const undecodable = (
  names: ReadonlyArray<string>,
  readers: ReadonlyArray<ReadField>,
  row: RawRow,
  workerHostname: string
): string =>
  names
    .flatMap((name, at) => {
      try {
        readers[at]!(row, workerHostname)
        return []
      } catch (thrown) {
        return [`\`${name}\` cannot be decoded: ${thrown instanceof Error ? thrown.message : String(thrown)}`]
      }
    })
    .join("; ")
