/**
 * processing → errored while attempts are left, to be dequeued again after
 * `delayMillis`; else → failed; or → canceled, when that was asked for, and
 * then the failure is not counted.
 */
import { sql } from "drizzle-orm"
import { intervalMillis } from "../../table/DatabaseClock.ts"
import { attemptsAllowed, state, type StoreContext } from "../StoreContext.ts"
import { finish } from "./finish.ts"

export const markErrored = (context: StoreContext) => {
  const { clock, columns } = context
  const usedUp = sql`${columns.numFailures} + 1 >= ${attemptsAllowed(context, columns)}`
  const final = sql`(${columns.cancel} or ${usedUp})`
  return finish(context, {
    state: sql`case when ${columns.cancel} then ${state("canceled")} when ${usedUp} then ${state("failed")} else ${state("errored")} end`,
    final,
    numFailures: sql`${columns.numFailures} + case when ${columns.cancel} then 0 else 1 end`,
    failureMessage: sql`${sql.placeholder("message")}`,
    processAfter: sql`case when ${final} then ${columns.processAfter} else ${clock} + ${intervalMillis(sql.placeholder("delayMillis"))} end`
  })
}
