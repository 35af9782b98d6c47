/**
 * What a dequeue returns of the rows it has taken, and how they become claims.
 */
import { sql } from "drizzle-orm"
import type { RawRow } from "../database/router.ts"
import type { Key } from "../table/Key.ts"
import type { WorkColumns } from "../table/WorkTable.ts"
import { Claim, type ClaimStore } from "./Claim.ts"
import type { Position } from "./LowWaterMark.ts"
import { positionReader, timedOrder } from "./position.ts"
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
  /** Where the row that was chosen last stands in the order; undefined without rows, and where no claim may start there. */
  readonly last: (rows: ReadonlyArray<RawRow>) => Position | undefined
  /** Reads rows in the order they were chosen in. */
  readonly read: <Record, Id extends Key>(
    rows: ReadonlyArray<RawRow>,
    workerHostname: string,
    store: ClaimStore<Id>
  ) => { readonly claims: ReadonlyArray<Claim<Record, Id>>; readonly bad: ReadonlyArray<BadRow<Id>> }
}

export interface ReaderOptions {
  /** Where a row stands in the order, which RETURNING does not keep. Undefined where rows come in order. */
  readonly place?: Field | undefined
  /** What to read in place of a work column. Defaults to the column itself. */
  readonly as?: ((column: Field) => Field) | undefined
}

const candidatesPlace = sql`candidate.place`.mapWith(Number)
const itself = (column: Field): Field => column

export const claimReader = (
  context: StoreContext,
  selection: StoreContext["selection"],
  { as = itself, place }: ReaderOptions = { place: candidatesPlace }
): ClaimReader => {
  const { columns } = context
  const returned = new Returned()
  const placeOf = place === undefined ? undefined : (returned.valueOf(place) as (row: RawRow) => number)
  const idOf = returned.valueOf(columns.id)
  const attemptOf = returned.valueOf(as(columns.attempt))
  const numFailuresOf = returned.valueOf(columns.numFailures)
  const numResetsOf = returned.valueOf(columns.numResets)
  const maxAttemptsOf = columns.maxAttempts === undefined ? () => undefined : returned.valueOf(columns.maxAttempts)
  const asClaimed = Object.fromEntries(Object.entries(selection).map(([name, field]) => [name, as(field)]))
  const recordOf = recordReader(returned, asClaimed, written(columns))
  const order = timedOrder(context)
  const positionOf = order === undefined ? undefined : positionReader(context, order, returned)

  return {
    fields: returned.fields,
    last: (rows) => {
      const last = inOrder(rows, placeOf).at(-1)
      return last === undefined ? undefined : positionOf?.(last)
    },
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
const inOrder = (
  rows: ReadonlyArray<RawRow>,
  placeOf: ((row: RawRow) => number) | undefined
): ReadonlyArray<RawRow> => {
  if (placeOf === undefined) return rows
  for (let at = 1; at < rows.length; at++) {
    if (placeOf(rows[at]!) < placeOf(rows[at - 1]!)) return rows.toSorted((a, b) => placeOf(a) - placeOf(b))
  }
  return rows
}
