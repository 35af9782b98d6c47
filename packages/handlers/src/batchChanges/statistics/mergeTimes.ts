/**
 * How long changesets take from published to merged, and how many were merged of late.
 */
import { Database, DatabaseClock, type DatabaseError } from "@drover/core"
import { type SQL, sql } from "drizzle-orm"
import { Effect } from "effect"
import { changedStates, type StatesOf } from "./states.ts"

/** @category models */
export interface MergeTimes {
  readonly merged: number
  /** From the first moment as a draft or open to the merge, in milliseconds; null where none is merged. */
  readonly medianMillis: number | null
  readonly ninetiethMillis: number | null
  /** In the last 7 days. */
  readonly mergedOfLate: number
  /** Since the first was published, in milliseconds; null where none was. */
  readonly runningMillis: number | null
}

/** See `changedStates`; and `changeset_events_created_idx`. */
export const mergeTimesQuery = (states: StatesOf, clock: SQL): SQL => sql`
  with ${changedStates(states)}, lives as (
    select changeset_id, min(at) filter (where label in ('draft', 'open')) as published,
      min(at) filter (where label = 'merged') as merged
    from changed group by changeset_id
  ), told_of as (
    -- one that was merged by the time anybody looked has no such time
    select *, extract(epoch from merged - published) * 1000 as millis from lives
  )
  select count(merged)::int as "merged",
    (percentile_cont(0.5) within group (order by millis))::double precision as "medianMillis",
    (percentile_cont(0.9) within group (order by millis))::double precision as "ninetiethMillis",
    (count(*) filter (where merged > ${clock} - interval '7 days'))::int as "mergedOfLate",
    (extract(epoch from ${clock} - min(published)) * 1000)::double precision as "runningMillis"
  from told_of`

/** @category operations */
export const mergeTimes = Effect.fn("BatchChanges.mergeTimes")(function* (
  states: StatesOf
): Effect.fn.Return<MergeTimes, DatabaseError, Database> {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  const [row] = yield* run((db) => db.execute<MergeTimes & Record<string, unknown>>(mergeTimesQuery(states, clock)))
  return row!
})
