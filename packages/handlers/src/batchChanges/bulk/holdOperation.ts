/**
 * Holds a bulk operation until the transaction ends, for whoever stops it or goes on with it. Served by the primary key.
 */
import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import { bulkOperations } from "../../schema/bulkOperations.ts"
import { mayWorkOn, type OneBulkOperation } from "./bulkOperations.ts"

export const holdOperation = Effect.fnUntraced(function* (one: OneBulkOperation) {
  const { run } = yield* Database
  const [held] = yield* run((db) =>
    db.select().from(bulkOperations).where(eq(bulkOperations.id, one.bulkOperationId)).for("no key update")
  )
  yield* mayWorkOn(held, one)
  return held!
})
