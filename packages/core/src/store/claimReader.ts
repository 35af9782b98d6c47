/**
 * What a dequeue returns of the rows it has taken, and how they become claims.
 */
import { sql } from "drizzle-orm"
import type { RawRow } from "../database/router.ts"
import type { Key } from "../table/Key.ts"
import type { WorkColumns } from "../table/WorkTable.ts"
import { Claim, type ClaimStore } from "./Claim.ts"
import { type Known, recordReader } from "./recordReader.ts"
import { decoderOf, type Field, Returned } from "./Returned.ts"
import type { StoreContext } from "./StoreContext.ts"

/** A row that is taken and cannot become a claim. */
export interface BadRow<Id> {
  readonly id: Id
  readonly attempt: number
  readonly reason: string
}

export interface ClaimReader {
  /** For the statement's `returning`. */
  readonly fields: Returned["fields"]
  /** Reads rows in the order they were chosen in. */
  readonly read: <Record, Id extends Key>(
    rows: ReadonlyArray<RawRow>,
    workerHostname: string,
    store: ClaimStore<Id>
  ) => { readonly claims: ReadonlyArray<Claim<Record, Id>>; readonly bad: ReadonlyArray<BadRow<Id>> }
}

/** `place` is where a row stands in the order, which RETURNING does not keep. */
export const claimReader = (
  { columns }: StoreContext,
  selection: StoreContext["selection"],
  place: Field = sql`candidate.place`.mapWith(Number)
): ClaimReader => {
  const returned = new Returned()
  const placeOf = returned.valueOf(place) as (row: RawRow) => number
  const idOf = returned.valueOf(columns.id)
  const attemptOf = returned.valueOf(columns.attempt)
  const numFailuresOf = returned.valueOf(columns.numFailures)
  const numResetsOf = returned.valueOf(columns.numResets)
  const maxAttemptsOf = columns.maxAttempts === undefined ? () => undefined : returned.valueOf(columns.maxAttempts)
  const recordOf = recordReader(returned, selection, written(columns))

  return {
    fields: returned.fields,
    read: <Record, Id extends Key>(rows: ReadonlyArray<RawRow>, workerHostname: string, store: ClaimStore<Id>) => {
      const claims: Array<Claim<Record, Id>> = []
      const bad: Array<BadRow<Id>> = []
      for (const row of inOrder(rows, placeOf)) {
        const id = idOf(row) as Id
        const attempt = attemptOf(row) as number
        const { reason, record } = recordOf(row, workerHostname)
        if (record === undefined) {
          bad.push({ id, attempt, reason })
          continue
        }
        const data = {
          record: record as Record,
          id,
          attempt,
          workerHostname,
          numFailures: numFailuresOf(row) as number,
          numResets: numResetsOf(row) as number,
          maxAttempts: maxAttemptsOf(row) as number | undefined
        }
        claims.push(new Claim(data, store))
      }
      return { claims, bad }
    }
  }
}

/** What a dequeue has written to a work column, where that is the same for every row. */
const written = (columns: WorkColumns): Known => {
  const constants = new Map<Field | undefined, unknown>([
    [columns.state, "processing"],
    [columns.finishedAt, null],
    [columns.failureMessage, null],
    [columns.executionLogs, null],
    [columns.runAgain, false]
  ])
  return (field) => {
    if (field === columns.workerHostname) {
      const decode = decoderOf(columns.workerHostname)
      return decode === undefined ? (workerHostname) => workerHostname : decode
    }
    if (!constants.has(field)) return undefined
    const value = constants.get(field)
    const decode = decoderOf(field)
    const decoded = value === null || decode === undefined ? value : decode(value)
    return () => decoded
  }
}

/** They come in order, as a rule. */
const inOrder = (rows: ReadonlyArray<RawRow>, placeOf: (row: RawRow) => number): ReadonlyArray<RawRow> => {
  for (let at = 1; at < rows.length; at++) {
    if (placeOf(rows[at]!) < placeOf(rows[at - 1]!)) return rows.toSorted((a, b) => placeOf(a) - placeOf(b))
  }
  return rows
}
