/**
 * processing → failed, whatever attempts are left; or → canceled, when that was
 * asked for, and then the failure is not counted.
 */
import { type SQL, sql } from "drizzle-orm"
import { state, type StoreContext } from "../StoreContext.ts"
import { type Ending, finish } from "./finish.ts"

export const markFailed = (context: StoreContext) =>
  finish(context, failed(context, sql`${sql.placeholder("message")}`))

export const failed = ({ columns }: StoreContext, message: SQL): Ending => ({
  state: sql`case when ${columns.cancel} then ${state("canceled")} else ${state("failed")} end`,
  final: sql`true`,
  numFailures: sql`${columns.numFailures} + case when ${columns.cancel} then 0 else 1 end`,
  failureMessage: message
})
