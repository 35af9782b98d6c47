/**
 * Tells what happened to a changeset. Statistics are read from these events alone.
 */
import { Database, type DatabaseError } from "@drover/core"
import { Effect } from "effect"
import { changesetEvents } from "../../schema/changesets.ts"

/**
 * `created`: it is there, unpublished. `attached`, `detached`, `archived`, `reattached`: what batch changes did, with the payload
 * `{ batchChangeId }`; `reattached` too where one that was archived is wanted again. `pushed`: a commit went to the branch.
 * `published`, `draft`, `ready`, `closed`, `reopened`, `merged`, `deleted`, `readonly`: what its pull request became, whoever
 * made it so, with the payload `{ from, to }`: states, as `external_state` has them.
 * `retargeted`, `edited`, `checks`, `reviews`, `commented`, `attention`: what else people want to see.
 *
 * @category models
 */
export const changesetEventKinds = [
  "created",
  "attached",
  "detached",
  "archived",
  "reattached",
  "pushed",
  "published",
  "draft",
  "ready",
  "closed",
  "reopened",
  "merged",
  "deleted",
  "readonly",
  "retargeted",
  "edited",
  "checks",
  "reviews",
  "commented",
  "attention"
] as const

/** @category models */
export type ChangesetEventKind = (typeof changesetEventKinds)[number]

/** @category options */
export interface ChangesetEvent {
  readonly changesetId: number
  readonly kind: ChangesetEventKind
  /** What is told again with the same key is there once: the commit that was pushed, the host's time of the change. */
  readonly key: string
  readonly actorId?: number | null | undefined
  readonly payload?: Readonly<Record<string, unknown>> | undefined
}

/** Joins the ambient transaction. Gives how many were new. Served by `changeset_events_key`. @category operations */
export const recordChangesetEvents = Effect.fnUntraced(function* (
  events: ReadonlyArray<ChangesetEvent>
): Effect.fn.Return<number, DatabaseError, Database> {
  if (events.length === 0) return 0
  const { run } = yield* Database
  const rows = yield* run((db) =>
    db
      .insert(changesetEvents)
      .values(events.map(({ actorId = null, payload = {}, ...event }) => ({ ...event, actorId, payload })))
      .onConflictDoNothing({ target: [changesetEvents.changesetId, changesetEvents.kind, changesetEvents.key] })
      .returning({ id: changesetEvents.id })
  )
  return rows.length
})
