/**
 * Questions about the whole queue. `queuedCount` and `maxDurationInQueue` walk
 * the ready index, all of it; `exists` looks at one entry of an index for each
 * kind of state; `countByState` reads the whole table and is for people, not for loops.
 */
import { and, asc, type SQL, sql } from "drizzle-orm"
import type { PgTable } from "drizzle-orm/pg-core"
import { rested, waiting } from "../eligible.ts"
import { finishedStates, type WorkState } from "../../table/WorkState.ts"
import type { Role } from "../../table/WorkTable.ts"
import { state, type StoreContext } from "../StoreContext.ts"

export const queuedCount = (context: StoreContext, conditions: ReadonlyArray<SQL>, processingToo: boolean) => {
  const { db, source, sourceColumns } = context
  const counted = waiting(context, sourceColumns)
  return db
    .select({ count: sql`count(*)`.mapWith(Number) })
    .from(source as PgTable)
    .where(
      and(
        processingToo ? sql`(${counted} or ${sourceColumns.state} = 'processing')` : counted,
        ...conditions.map((condition) => sql`(${condition})`)
      )
    )
}

export const countByState = ({ columns, db, table }: StoreContext) =>
  db
    .select({ state: columns.state, count: sql`count(*)`.mapWith(Number) })
    .from(table)
    .where(sql`${columns.state}::text = any(${sql.placeholder("states")})`)
    .groupBy(columns.state)

/**
 * One look into the index of each kind of state, up to the first record found.
 * The order makes Postgres use it: by its statistics alone it would expect to
 * find a common state soon by reading the table, whose start is all finished.
 */
export const exists = (context: StoreContext, states: ReadonlyArray<WorkState>, conditions: ReadonlyArray<SQL>) => {
  const { db, order, source, sourceColumns } = context
  const kinds = [
    { among: ["queued", "errored"], by: order },
    { among: ["processing"], by: indexed(context, "lastHeartbeatAt") },
    { among: finishedStates, by: indexed(context, "finishedAt") }
  ]
  const looks = kinds.flatMap(({ among, by }) => {
    const asked = states.filter((each) => among.includes(each))
    if (asked.length === 0) return []
    const first = db
      .select({ found: sql`true` })
      .from(source as PgTable)
      .where(
        and(
          sql`${sourceColumns.state} in (${sql.join(asked.map(state), sql`, `)})`,
          ...conditions.map((condition) => sql`(${condition})`)
        )
      )
      .orderBy(...by)
      .limit(1)
    return [sql`(${first})`]
  })
  return db.select({ found: sql<boolean>`coalesce(${sql.join(looks, sql`, `)}, false)` }).from(sql`(select) as nothing`)
}

/** Nothing to order by where a view does not show the column. */
const indexed = ({ columns, source, sourceColumns, table }: StoreContext, role: Role): ReadonlyArray<SQL> =>
  source === table || sourceColumns[role] !== columns[role] ? [asc(sourceColumns[role])] : []

/** Milliseconds since the oldest dequeueable record became dequeueable; null when there is none. */
export const maxDurationInQueue = (context: StoreContext) => {
  const { clock, columns, db, table } = context
  const due = sql`case when ${columns.state} = 'errored' then ${rested(context, columns)} else greatest(${columns.queuedAt}, ${columns.processAfter}) end`
  return db
    .select({ millis: sql`extract(epoch from ${clock} - min(${due})) * 1000`.mapWith(Number) })
    .from(table)
    .where(and(waiting(context, columns), sql`${due} <= ${clock}`))
}
