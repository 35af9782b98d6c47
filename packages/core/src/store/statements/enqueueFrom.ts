/**
 * Inserts what a query selects and wakes a worker when that commits, in one statement. The rows never leave the database.
 *
 * What serves it is up to the query.
 */
import { type SQL, sql } from "drizzle-orm"
import { InvalidOptions } from "../../options/InvalidOptions.ts"
import { commas } from "../../table/commas.ts"
import { type Query, querySource } from "../../table/Query.ts"
import { insertable, runtimeDefault } from "../insertable.ts"
import type { StoreContext } from "../StoreContext.ts"
import { processAfterOf, timesBesides, wakeFor } from "./enqueue.ts"

export interface CountRow extends Record<string, unknown> {
  readonly count: number
}

/** Throws `InvalidOptions`. */
export const enqueueFrom = (context: StoreContext, query: Query<unknown>): SQL => {
  const { fields, from } = querySource(context.name, query)
  const invalid = (rule: string) => new InvalidOptions({ owner: context.name, field: "query", rule })
  const byField = new Map(insertable(context.table))
  const columns = fields.map(({ name }) => {
    const column = byField.get(name)
    byField.delete(name)
    if (column === undefined) throw invalid(`selects \`${name}\`, which is no column of the table`)
    return column
  })
  const computed = [...byField].find(([, column]) => runtimeDefault(column) !== undefined)
  if (computed !== undefined) {
    throw invalid(`must select \`${computed[0]}\`: its default is computed in JavaScript, a record at a time`)
  }
  const times = timesBesides(context, columns)
  return sql`
    with inserted as (
      insert into ${context.table}
        (${commas([...columns, ...times].map(({ name }) => sql.identifier(name)))})
      select ${commas([...fields.map(({ value }) => value), ...times.map(() => context.clock)])}
      from ${from}
      returning ${processAfterOf(context)}
    )
    select count(*)::int as count, case when count(*) > 0 then ${wakeFor(context, columns)} end as wake from inserted`
}
