/**
 * Where the changesets of a batch change stand, repository by repository.
 */
import { Database, type DatabaseError } from "@drover/core"
import { type SQL, sql } from "drizzle-orm"
import { Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import { repositories } from "../../schema/repositories.ts"
import { changedStates, countedStates, type CountedState, type StatesOf } from "./states.ts"

/** @category models */
export interface RepositoryProgress extends Readonly<Record<CountedState, number>> {
  readonly repositoryId: number
  readonly repository: string
  readonly total: number
  /** From published to merged, in milliseconds; null where none is merged. */
  readonly medianMillis: number | null
}

/** See `changedStates`; the rest by primary keys. */
export const byRepositoryQuery = (states: StatesOf): SQL => sql`
  with ${changedStates(states)}, lives as (
    select changeset_id, (array_agg(label order by id desc))[1] as label,
      extract(epoch from min(at) filter (where label = 'merged') - min(at) filter (where label in ('draft', 'open'))) * 1000 as millis
    from changed group by changeset_id
  )
  select ${repositories.id}::int as "repositoryId", ${repositories.name} as "repository",
    ${sql.join(
      countedStates.map((state) => sql`(count(*) filter (where label = ${state}))::int as ${sql.identifier(state)}`),
      sql`, `
    )},
    (percentile_cont(0.5) within group (order by millis))::double precision as "medianMillis"
  from lives
  join ${changesets} on ${changesets.id} = lives.changeset_id
  join ${repositories} on ${repositories.id} = ${changesets.repositoryId}
  where label is not null
  group by ${repositories.id} order by lower(${repositories.name})`

/** By name. @category operations */
export const progressByRepository = Effect.fn("BatchChanges.progressByRepository")(function* (
  states: StatesOf
): Effect.fn.Return<ReadonlyArray<RepositoryProgress>, DatabaseError, Database> {
  const { run } = yield* Database
  const rows = yield* run((db) =>
    db.execute<Omit<RepositoryProgress, "total"> & Record<string, unknown>>(byRepositoryQuery(states))
  )
  return rows.map((row) => ({ ...row, total: countedStates.reduce((total, state) => total + row[state], 0) }))
})
