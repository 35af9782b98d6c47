/**
 * Asks whether somebody may work on a batch change: its user, a member of its organisation, or the operator.
 */
import { Database } from "@drover/core"
import { and, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { batchChanges } from "../../schema/batchChanges.ts"
import { namespaces } from "../../schema/namespaces.ts"
import { BatchChangeUnknown } from "../apply/ApplyError.ts"
import { mayUse } from "../namespaces/requireNamespace.ts"

/** Served by the primary keys. */
export const requireBatchChange = Effect.fnUntraced(function* (batchChangeId: number, actorId: ActorId) {
  const { run } = yield* Database
  const [found] = yield* run((db) =>
    db
      .select({ closed: sql<boolean>`${batchChanges.closedAt} is not null` })
      .from(batchChanges)
      .innerJoin(namespaces, eq(namespaces.id, batchChanges.namespaceId))
      .where(and(eq(batchChanges.id, batchChangeId), mayUse(actorId)))
  )
  return found ?? (yield* new BatchChangeUnknown({ batchChange: batchChangeId }))
})
