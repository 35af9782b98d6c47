/**
 * How many changesets of a batch change were in which state, moment by moment.
 */
import { Database, DatabaseClock, type DatabaseError } from "@drover/core"
import { type SQL, sql } from "drizzle-orm"
import { Duration, Effect } from "effect"
import { changedStates, countedStates, type CountedState } from "./states.ts"

/** @category options */
export interface Burndown {
  readonly batchChangeId: number
  /** Defaults to the first event. */
  readonly from?: Date | undefined
  /** The last point, whatever the interval. Defaults to now. */
  readonly to?: Date | undefined
  /** From one point to the next. Defaults to 1 day; longer where that would give more than 1,000 points. */
  readonly every?: Duration.Input | undefined
  readonly repositoryId?: number | undefined
  /** Counts what the batch change put away as well. Defaults to false. */
  readonly archived?: boolean | undefined
}

/** A changeset that was not there yet, or no longer, is in none. @category models */
export interface BurndownPoint extends Readonly<Record<CountedState, number>> {
  readonly at: Date
  readonly total: number
}

const mostPoints = 1000

/** One statement; see `changedStates`. */
export const burndownQuery = (options: Burndown, clock: SQL): SQL => {
  const every = Math.max(1, Duration.toMillis(Duration.fromInputUnsafe(options.every ?? "1 day")))
  const moment = (at: Date | undefined, otherwise: SQL) =>
    at === undefined ? otherwise : sql`${at.toISOString()}::timestamptz`
  const sum = (state: CountedState) => sql`coalesce(sum(delta) filter (where state = ${state}), 0)`
  return sql`
    with ${changedStates({ batchChangeId: options.batchChangeId, repositoryId: options.repositoryId, archived: options.archived ?? false })},
    bounds as (
      select start, greatest(start, until) as until,
        greatest(${every}::double precision / 1000, extract(epoch from until - start) / ${mostPoints - 1}) as every
      from (
        select ${moment(options.from, sql`(select min(at) from changed)`)} as start, ${moment(options.to, clock)} as until
      ) as asked where start is not null
    ), moments as (
      select n, least(start + n * every * interval '1 second', until) as at
      from bounds, generate_series(0, ceil(extract(epoch from until - start) / every)::int) as n
    ), deltas as (
      select at, label as state, 1 as delta from changed where label is not null
      union all
      select at, before, -1 from changed where before is not null
    ), grouped as (
      select greatest(0, ceil(extract(epoch from deltas.at - start) / every))::int as n, state, sum(delta) as delta
      from deltas, bounds where deltas.at <= until group by 1, 2
    ), summed as (
      select n, ${sql.join(
        countedStates.map((state) => sql`${sum(state)} as ${sql.identifier(state)}`),
        sql`, `
      )}
      from grouped group by n
    )
    select moments.at as "at", ${sql.join(
      countedStates.map(
        (state) =>
          sql`sum(coalesce(summed.${sql.identifier(state)}, 0)) over (order by moments.n)::int as ${sql.identifier(state)}`
      ),
      sql`, `
    )}
    from moments left join summed on summed.n = moments.n order by moments.n`
}

/** Empty where nothing has happened yet. @category operations */
export const burndown = Effect.fn("BatchChanges.burndown")(function* (
  options: Burndown
): Effect.fn.Return<ReadonlyArray<BurndownPoint>, DatabaseError, Database> {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const rows = yield* run((db) =>
    db.execute<{ readonly at: string } & Readonly<Record<CountedState, number>>>(burndownQuery(options, clock))
  )
  return rows.map(({ at, ...counts }) => ({
    ...counts,
    at: new Date(at),
    total: countedStates.reduce((total, state) => total + counts[state], 0)
  }))
})
