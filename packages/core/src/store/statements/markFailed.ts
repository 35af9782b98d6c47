/**
 * processing → failed, whatever attempts are left; or → canceled, when that was
 * asked for, and then the failure is not counted.
 */
import { sql } from "drizzle-orm"
import { state, type StoreContext } from "../StoreContext.ts"
import { finish } from "./finish.ts"

export const markFailed = (context: StoreContext) => {
  const { columns } = context
  return finish(context, {
    state: sql`case when ${columns.cancel} then ${state("canceled")} else ${state("failed")} end`,
    final: sql`true`,
    numFailures: sql`${columns.numFailures} + case when ${columns.cancel} then 0 else 1 end`,
    failureMessage: sql`${sql.placeholder("message")}`
  })
}
