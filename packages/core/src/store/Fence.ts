/**
 * Proof of ownership: which attempt at which record. It is in the condition of
 * every write that follows a dequeue, so that a worker that lost its lease
 * changes nothing.
 */
import { and, eq, type SQL, sql } from "drizzle-orm"
import { idPlaceholder, type StoreContext } from "./StoreContext.ts"
import type { Key } from "../table/Key.ts"

/**
 * @category models
 */
export interface Fence<Id = Key> {
  readonly id: Id
  readonly attempt: number
  /** When given, the record must also be held by this worker. */
  readonly workerHostname?: string | undefined
}

/** The values of `isCurrent`'s placeholders. */
export const fenceValues = (fence: Fence): Record<string, unknown> => ({
  id: fence.id,
  attempt: fence.attempt,
  workerHostname: fence.workerHostname ?? null
})

/** Holds for the one row, while the attempt is the current one. Served by the primary key. */
export const isCurrent = (context: StoreContext): SQL => {
  const { columns } = context
  return sql`${and(
    eq(columns.id, idPlaceholder(context)),
    eq(columns.attempt, sql.placeholder("attempt")),
    sql`${columns.state} = 'processing'`,
    heldBy(columns.workerHostname, sql`${sql.placeholder("workerHostname")}::text`)
  )}`
}

/** True for every record when no hostname is given. */
export const heldBy = (column: StoreContext["columns"]["workerHostname"], hostname: SQL): SQL =>
  sql`(${hostname} is null or ${column} = ${hostname})`
