/**
 * Inserts records and wakes a worker when they commit, in one statement for any number of them.
 */
import { type SQL, sql } from "drizzle-orm"
import { commas } from "../../table/commas.ts"
import type { SentRecords } from "../sentRecords.ts"
import type { StoreContext } from "../StoreContext.ts"
import { wakeExpression, wakeOrLookAgain } from "../wake.ts"

/** An id for each record, in their order, as the driver gives it. */
export interface InsertedRow extends Record<string, unknown> {
  readonly id: unknown
}

export const enqueue = (context: StoreContext, { columns, from }: SentRecords): SQL => {
  const times = timesBesides(context, columns)
  const returned = [sql`${sql.identifier(context.columns.id.name)} as id`]
  if (columns.includes(context.columns.processAfter)) returned.push(processAfterOf(context))
  return sql`
    with inserted as (
      insert into ${context.table}
        (${commas([...columns, ...times].map(({ name }) => sql.identifier(name)))})
      select ${commas([...columns.map((_, index) => sql.raw(`c${index}`)), ...times.map(() => context.clock)])}
      from ${from}
      order by place
      returning ${commas(returned)}
    )
    select id, ${wakeFor(context, columns)} as wake from inserted`
}

/** For what an insert returns: `wakeFor` reads it. */
export const processAfterOf = ({ columns }: StoreContext): SQL =>
  sql`${sql.identifier(columns.processAfter.name)} as process_after`

/** For the rows `inserted`, of which these columns were given: a time that was given may lie in the past. */
export const wakeFor = (context: StoreContext, given: ReadonlyArray<unknown>): SQL =>
  given.includes(context.columns.processAfter) ? wakeOrLookAgain(context, sql`inserted`) : wakeExpression(context.name)

/** Times that the caller leaves out are the statement's clock, not the table's default: tests move the clock. */
export const timesBesides = ({ columns }: StoreContext, given: ReadonlyArray<unknown>) =>
  [columns.queuedAt, columns.processAfter].filter((column) => !given.includes(column))
