/**
 * From the rows of a dequeue to claims, and to the rows that cannot become one.
 */
import { Claim, type ClaimStore } from "./Claim.ts"
import { undecodable } from "./safely.ts"
import type { Key } from "../table/Key.ts"
import { RECORD_FIELD } from "./statements/dequeue.ts"

type Row = Readonly<Record<string, unknown>>

export interface BadRow<Id> {
  readonly id: Id
  readonly attempt: number
  readonly reason: string
}

/** A record's fields out of a row, or the reason why they cannot be read. */
export const recordOf = (row: Row): { readonly record: Row } | { readonly reason: string } => {
  const record: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(row)) {
    if (name.startsWith(RECORD_FIELD)) record[name.slice(RECORD_FIELD.length)] = value
  }
  const reason = undecodable(record)
  return reason === undefined ? { record } : { reason }
}

export const claimRows = <R, Id extends Key>(
  rows: ReadonlyArray<Row>,
  workerHostname: string,
  store: ClaimStore<Id>
): { readonly claims: ReadonlyArray<Claim<R, Id>>; readonly bad: ReadonlyArray<BadRow<Id>> } => {
  const claims: Array<Claim<R, Id>> = []
  const bad: Array<BadRow<Id>> = []
  for (const row of rows) {
    const { $attempt, $id, $maxAttempts, $numFailures, $numResets } = row as {
      readonly $id: Id
      readonly $attempt: number
      readonly $numFailures: number
      readonly $numResets: number
      readonly $maxAttempts: number | null
    }
    const read = recordOf(row)
    if ("reason" in read) {
      bad.push({ id: $id, attempt: $attempt, reason: read.reason })
      continue
    }
    claims.push(
      new Claim(
        {
          record: read.record as R,
          id: $id,
          attempt: $attempt,
          workerHostname,
          numFailures: $numFailures,
          numResets: $numResets,
          maxAttempts: $maxAttempts ?? undefined
        },
        store
      )
    )
  }
  return { claims, bad }
}
