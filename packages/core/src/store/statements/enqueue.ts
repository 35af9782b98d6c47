/**
 * Inserts records and wakes a worker when they commit, in one statement.
 */
import { sql } from "drizzle-orm"
import { assign, type StoreContext } from "../StoreContext.ts"
import { wakeExpression } from "../wake.ts"

/** Times that the caller leaves out are the statement's clock, not the table's default: tests move the clock. */
export const enqueue = (context: StoreContext, records: ReadonlyArray<Record<string, unknown>>) => {
  const { clock, columns, db, name, table } = context
  const times = assign(context, { queuedAt: clock, processAfter: clock })
  const inserted = db.$with("inserted").as(
    db
      .insert(table)
      .values(records.map((record) => ({ ...times, ...record })) as never)
      .returning({ id: columns.id })
  )
  return db
    .with(inserted)
    .select({ id: sql`${inserted.id}`.mapWith(columns.id), wake: wakeExpression(name) })
    .from(inserted)
}
