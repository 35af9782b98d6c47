/**
 * Proof of ownership: which attempt at which record. It is in the condition of
 * every write that follows a dequeue, so that a worker that lost its lease
 * changes nothing.
 */
import { and, eq, type SQL, sql } from "drizzle-orm"
import { idPlaceholder, idsPlaceholder, type StoreContext } from "./StoreContext.ts"
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

/**
 * The fences that a statement is about, as rows named `fence`: two arrays of
 * one length, and one worker for all. `more` are further arrays of that length.
 *
 * The arrays come out of subqueries, which tell the planner nothing of their
 * length: it would join many of them by reading the whole table. A few, which
 * it then expects, it looks up one by one, and so it does with any number.
 */
export const fences = (context: StoreContext, more: ReadonlyArray<SQL> = [], moreNames: SQL = sql``): SQL => {
  const arrays = [
    sql`(select ${idsPlaceholder(context)})`,
    sql`(select ${sql.placeholder("attempts")}::int[])`,
    ...more
  ]
  return sql`unnest(${sql.join(arrays, sql`, `)}) with ordinality as fence(id, attempt${moreNames}, place)`
}

/**
 * Joins the fences to the rows whose current attempt they are. Served by the primary key.
 *
 * `state || ''` hides the test from the planner's statistics, which were taken in a quiet moment: from
 * them it would expect hardly any row in processing, and walk them all for each fence.
 */
export const isCurrentOfFences = ({ columns }: StoreContext): SQL =>
  sql`${columns.id} = fence.id and ${columns.attempt} = fence.attempt and (${columns.state}::text || '') = 'processing' and ${heldBy(columns.workerHostname, sql`${sql.placeholder("workerHostname")}::text`)}`

/** The values of the placeholders of many fences. Those of one statement are held by one worker, or name none. */
export const fencesValues = (list: ReadonlyArray<Fence>): Record<string, unknown> => ({
  ids: list.map(({ id }) => id),
  attempts: `{${list.map(({ attempt }) => attempt).join(",")}}`,
  workerHostname: list[0]?.workerHostname ?? null
})
