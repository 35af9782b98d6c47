/**
 * What became of the changesets of a batch change, and when: read from their events alone.
 */
import { type SQL, sql } from "drizzle-orm"
import { changesetEvents, changesets } from "../../schema/changesets.ts"

/** In the order of a changeset's life. @category models */
export const countedStates = ["unpublished", "draft", "open", "closed", "merged", "deleted", "readonly"] as const

/** @category models */
export type CountedState = (typeof countedStates)[number]

export interface StatesOf {
  readonly batchChangeId: number
  /** Only of this repository. */
  readonly repositoryId?: number | undefined
  /** Those that it put away too. */
  readonly archived: boolean
}

const e = changesetEvents

/**
 * `changed(id, changeset_id, at, label, before)`: a row for each change. A label is a state, or null where the batch change does
 * not have the changeset. Events are in the order of their ids, in which they happened to a changeset: each was told by
 * somebody who held it. `at` never goes back, although somebody who waited for it may have begun to wait long before.
 *
 * Served by `changeset_events_attached_idx` and `changeset_events_created_idx`.
 */
export const changedStates = ({ archived, batchChangeId, repositoryId }: StatesOf): SQL => sql`
  had as materialized (
    select distinct ${e.changesetId} as changeset_id from ${e}
    where ${e.kind} = 'attached' and ${e.payload} ->> 'batchChangeId' = ${String(batchChangeId)}
      ${
        repositoryId === undefined
          ? sql``
          : sql`and exists (
              select from ${changesets}
              where ${changesets.id} = ${e.changesetId} and ${changesets.repositoryId} = ${repositoryId}
            )`
      }
  ), told as (
    select event.id, event.changeset_id, event.created_at,
      case event.kind
        when 'created' then 'unpublished'
        when 'published' then 'open' when 'ready' then 'open'
        when 'reopened' then coalesce(event.payload ->> 'to', 'open')
        when 'draft' then 'draft' when 'closed' then 'closed' when 'merged' then 'merged'
        when 'deleted' then 'deleted' when 'readonly' then 'readonly'
      end as state,
      case when event.payload ->> 'batchChangeId' = ${String(batchChangeId)} then
        case event.kind
          when 'attached' then 'there' when 'reattached' then 'there'
          when 'archived' then 'archived' when 'detached' then 'gone'
        end
      end as place
    from had join ${e} as event on event.changeset_id = had.changeset_id
  ), counted as (
    select *, count(state) over history as states, count(place) over history as places,
      max(created_at) over history as at
    from told where state is not null or place is not null
    window history as (partition by changeset_id order by id)
  ), filled as (
    select id, changeset_id, at,
      first_value(state) over (partition by changeset_id, states order by id) as state,
      first_value(place) over (partition by changeset_id, places order by id) as place
    from counted
  ), labelled as (
    select id, changeset_id, at,
      case when place = 'there' ${archived ? sql`or place = 'archived'` : sql``} then state end as label
    from filled
  ), followed as (
    select id, changeset_id, at, label, lag(label) over (partition by changeset_id order by id) as before from labelled
  ), changed as (
    select * from followed where label is distinct from before
  )`
