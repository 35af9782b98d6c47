/**
 * Which records may be dequeued now.
 */
import { type SQL, sql } from "drizzle-orm"
import { interval } from "../table/DatabaseClock.ts"
import type { WorkColumns } from "../table/WorkTable.ts"
import { attemptsAllowed, type StoreContext } from "./StoreContext.ts"

/**
 * Queued and due (`process_after` up to now), or errored, rested (strictly
 * before now) and with attempts left.
 *
 * The shared tests stand in front of the `or`, because only they can be index
 * conditions: `state in (…)` proves the ready index, `process_after <= now`
 * is its range.
 */
export const eligible = (context: StoreContext, columns: WorkColumns): SQL => {
  const { clock } = context
  const { state, processAfter } = columns
  const due = processAfter.notNull
    ? sql`${processAfter} <= ${clock}`
    : sql`(${processAfter} is null or ${processAfter} <= ${clock})`
  if (!context.retries.enabled) return sql`${state} = 'queued' and ${due}`
  return sql`${state} in ('queued', 'errored') and ${due} and (${state} = 'queued' or (${rested(context, columns)} < ${clock} and ${hasAttemptsLeft(context, columns)}))`
}

/** Records that are or will be eligible: what a count of the queue counts. */
export const waiting = (context: StoreContext, columns: WorkColumns): SQL =>
  context.retries.enabled
    ? sql`${columns.state} in ('queued', 'errored') and (${columns.state} = 'queued' or ${hasAttemptsLeft(context, columns)})`
    : sql`${columns.state} = 'queued'`

/** When an errored record may be dequeued again. */
export const rested = (context: StoreContext, { processAfter, finishedAt }: WorkColumns): SQL =>
  processAfter.notNull
    ? sql`${processAfter}`
    : sql`coalesce(${processAfter}, ${finishedAt} + ${interval(context.retries.firstDelay)})`

const hasAttemptsLeft = (context: StoreContext, columns: WorkColumns): SQL =>
  sql`${columns.numFailures} < ${attemptsAllowed(context, columns)}`
