/**
 * What happened to a changeset, and through whom.
 *
 * Served by `changeset_events_created_idx` and primary keys.
 */
import { Database } from "@drover/core"
import { and, asc, eq, exists, gt, sql } from "drizzle-orm"
import { Effect } from "effect"
import { type ActorId, roleOf } from "../../access/requireRole.ts"
import { batchChanges } from "../../schema/batchChanges.ts"
import { changesetAssociations as associations, changesetEvents, changesets } from "../../schema/changesets.ts"
import { namespaces } from "../../schema/namespaces.ts"
import { users } from "../../schema/users.ts"
import { ChangesetMissing } from "../changesets/ChangesetError.ts"
import type { ChangesetEventKind } from "../changesets/recordChangesetEvent.ts"
import { mayUse } from "../namespaces/requireNamespace.ts"

/** @category options */
export interface ChangesetHistory {
  readonly changesetId: number
  /** From 1 to 1000. Defaults to 100. */
  readonly limit?: number | undefined
  /** The id of the last event of the page before. Defaults to the first page. */
  readonly after?: number | undefined
  /** May use a batch change that has the changeset, and read its repository. */
  readonly actorId?: ActorId
}

/** @category models */
export interface HistoryEvent {
  readonly id: number
  /** A newer release may have told of one that this one does not know. */
  readonly kind: ChangesetEventKind | (string & {})
  /** Null: Drover itself, or somebody on the host. */
  readonly actor: string | null
  readonly payload: Readonly<Record<string, unknown>>
  readonly createdAt: Date
}

/** In the order in which it happened. Fails with `ChangesetMissing` where the actor may not see it. @category operations */
export const changesetHistory = Effect.fn("BatchChanges.changesetHistory")(function* ({
  actorId,
  after = 0,
  changesetId,
  ...options
}: ChangesetHistory) {
  const { run } = yield* Database
  yield* requireSeen(changesetId, actorId)
  const e = changesetEvents
  return yield* run((db) =>
    db
      .select({ id: e.id, kind: e.kind, actor: users.login, payload: e.payload, createdAt: e.createdAt })
      .from(e)
      .leftJoin(users, eq(users.id, e.actorId))
      .where(and(eq(e.changesetId, changesetId), gt(e.id, after)))
      .orderBy(asc(e.id))
      .limit(Math.min(1000, Math.max(1, options.limit ?? 100)))
  )
})

const requireSeen = Effect.fnUntraced(function* (changesetId: number, actorId: ActorId) {
  const { run } = yield* Database
  const [found] = yield* run((db) => {
    const inOne = db
      .select({ one: sql`1` })
      .from(associations)
      .innerJoin(batchChanges, eq(batchChanges.id, associations.batchChangeId))
      .innerJoin(namespaces, eq(namespaces.id, batchChanges.namespaceId))
      .where(and(eq(associations.changesetId, changesets.id), mayUse(actorId)))
    return db
      .select({ repositoryId: changesets.repositoryId })
      .from(changesets)
      .where(and(eq(changesets.id, changesetId), actorId === undefined ? undefined : exists(inOne)))
  })
  const missing = new ChangesetMissing({ changesetId })
  if (found === undefined) return yield* missing
  if (actorId !== undefined && (yield* roleOf(actorId, found.repositoryId)) === undefined) return yield* missing
})
