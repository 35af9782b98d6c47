/**
 * processing → errored while attempts are left, to be dequeued again after
 * `delayMillis`; else → failed; or → canceled, when that was asked for, and
 * then the failure is not counted.
 */
import { type SQL, sql } from "drizzle-orm"
import { intervalMillis } from "../../table/DatabaseClock.ts"
import { attemptsAllowed, state, type StoreContext } from "../StoreContext.ts"
import { type Ending, finish } from "./finish.ts"

export const markErrored = (context: StoreContext) =>
  finish(context, errored(context, sql`${sql.placeholder("message")}`, intervalMillis(sql.placeholder("delayMillis"))))

export const errored = (context: StoreContext, message: SQL, rest: SQL): Ending => {
  const { clock, columns } = context
  const usedUp = sql`${columns.numFailures} + 1 >= ${attemptsAllowed(context, columns)}`
  const final = sql`(${columns.cancel} or ${usedUp})`
  return {
    state: sql`case when ${columns.cancel} then ${state("canceled")} when ${usedUp} then ${state("failed")} else ${state("errored")} end`,
    final,
    numFailures: sql`${columns.numFailures} + case when ${columns.cancel} then 0 else 1 end`,
    failureMessage: message,
    processAfter: sql`case when ${final} then ${columns.processAfter} else ${clock} + ${rest} end`
  }
}
