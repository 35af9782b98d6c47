/**
 * Inserts records that each have fields of their own, or expressions for fields, as a list of values.
 *
 * The statement is another for every number of records, and a statement has at
 * most 65,535 parameters: so it is for records that can be sent in no other way.
 */
import { sql } from "drizzle-orm"
import { assign, type StoreContext } from "../StoreContext.ts"
import { wakeOrLookAgain } from "../wake.ts"
import type { InsertColumns, RecordValues } from "../insertable.ts"

export const enqueueValues = (context: StoreContext, records: ReadonlyArray<RecordValues>) => {
  const { clock, columns, db, table } = context
  const times = assign(context, { queuedAt: clock, processAfter: clock })
  const inserted = db.$with("inserted").as(
    db
      .insert(table)
      .values(records.map((record) => ({ ...times, ...record })) as never)
      .returning({ id: columns.id, processAfter: sql`${columns.processAfter}`.as("process_after") })
  )
  return db
    .with(inserted)
    .select({ id: sql`${inserted.id}`.mapWith(columns.id), wake: wakeOrLookAgain(context, sql`inserted`) })
    .from(inserted)
}

/** Half of all parameters is for the fields, the rest for what expressions need. */
export const recordsAStatement = (columns: InsertColumns): number => Math.min(1000, Math.ceil(32_767 / columns.length))
