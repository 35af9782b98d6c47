/**
 * What happened in the repositories of this Drover says which pull requests to look at again, before their time. Only a hint:
 * what it misses is looked at when it is due.
 */
import { Database, DatabaseClock, type DatabaseError } from "@drover/core"
import { type SQL, sql } from "drizzle-orm"
import { type Duration, Effect } from "effect"
import { changesets } from "../../schema/changesets.ts"
import { events } from "../../schema/events.ts"
import { pullRequests } from "../../schema/pullRequests.ts"
import { ago } from "../ago.ts"

/** @category options */
export interface HearForge {
  /** How far back: what was heard before changes nothing. */
  readonly within: Duration.Input
}

const c = changesets

/**
 * Served by `events_created_idx`, `changesets_repository_idx` and `pull_requests_number_key`. Forges write here, and
 * nothing is added to what they write.
 */
export const changedSince = (since: SQL): SQL => sql`
  update ${c} set "synced_at" = null
  from (select distinct ${events.repositoryId} as repository_id from ${events} where ${events.createdAt} >= ${since}) as told,
    ${pullRequests}
  where ${c.repositoryId} = told.repository_id and ${c.publication} = 'published'
    and ${c.externalState} in ('open', 'draft', 'closed', 'readonly')
    and ${pullRequests.repositoryId} = told.repository_id
    and ${pullRequests.number} = (case when ${c.externalId} ~ '^[1-9][0-9]{0,8}$' then ${c.externalId}::int end)
    and ${pullRequests.updatedAt} > ${c.syncedAt}
  returning ${c.id} as id`

/** Gives how many are to be looked at. @category operations */
export const hearForge = Effect.fn("Changesets.hearForge")(function* ({
  within
}: HearForge): Effect.fn.Return<number, DatabaseError, Database> {
  const { run } = yield* Database
  const clock = yield* DatabaseClock
  return (yield* run((db) => db.execute(changedSince(ago(clock, within))))).length
})
