/**
 * Questions about the whole queue. `exists` and `queuedCount` are served by the
 * ready index; `countByState` reads the whole table and is for people, not for loops.
 */
import { and, type SQL, sql } from "drizzle-orm"
import type { PgTable } from "drizzle-orm/pg-core"
import { rested, waiting } from "../eligible.ts"
import type { WorkState } from "../../table/WorkState.ts"
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

export const exists = ({ db, source, sourceColumns }: StoreContext, states: ReadonlyArray<WorkState>, conditions: ReadonlyArray<SQL>) =>
  db
    .select({ one: sql`1` })
    .from(source as PgTable)
    .where(and(sql`${sourceColumns.state} in (${sql.join(states.map(state), sql`, `)})`, ...conditions.map((condition) => sql`(${condition})`)))
    .limit(1)

/** Milliseconds since the oldest dequeueable record became dequeueable; null when there is none. */
export const maxDurationInQueue = (context: StoreContext) => {
  const { clock, columns, db, table } = context
  const due = sql`case when ${columns.state} = 'errored' then ${rested(context, columns)} else greatest(${columns.queuedAt}, ${columns.processAfter}) end`
  return db
    .select({ millis: sql`extract(epoch from ${clock} - min(${due})) * 1000`.mapWith(Number) })
    .from(table)
    .where(and(waiting(context, columns), sql`${due} <= ${clock}`))
}
