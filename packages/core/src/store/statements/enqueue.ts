/**
 * Inserts records and wakes a worker when they commit, in one statement for any number of them.
 */
import { type SQL, sql } from "drizzle-orm"
import { commas } from "../../table/commas.ts"
import type { SentRecords } from "../sentRecords.ts"
import type { StoreContext } from "../StoreContext.ts"
import { wakeExpression } from "../wake.ts"

/** An id for each record, in their order, as the driver gives it. */
export interface InsertedRow extends Record<string, unknown> {
  readonly id: unknown
}

export const enqueue = (context: StoreContext, { columns, from }: SentRecords): SQL => {
  const times = timesBesides(context, columns)
  return sql`
    with inserted as (
      insert into ${context.table}
        (${commas([...columns, ...times].map(({ name }) => sql.identifier(name)))})
      select ${commas([...columns.map((_, index) => sql.raw(`c${index}`)), ...times.map(() => context.clock)])}
      from ${from}
      order by place
      returning ${sql.identifier(context.columns.id.name)} as id
    )
    select id, ${wakeExpression(context.name)} as wake from inserted`
}

/** Times that the caller leaves out are the statement's clock, not the table's default: tests move the clock. */
export const timesBesides = ({ columns }: StoreContext, given: ReadonlyArray<unknown>) =>
  [columns.queuedAt, columns.processAfter].filter((column) => !given.includes(column))
