/**
 * Asks whether somebody may work on a batch change: its user, a member of its organisation, or the operator.
 */
import { Database } from "@drover/core"
import { and, eq, isNull } from "drizzle-orm"
import { Effect, Schema } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { batchChanges } from "../../schema/batchChanges.ts"
import { namespaceMembers, namespaces } from "../../schema/namespaces.ts"

/** There is no such batch change, or the actor may not know that there is. @category errors */
export class BatchChangeUnknown extends Schema.TaggedError<BatchChangeUnknown>()("BatchChangeUnknown", {
  batchChangeId: Schema.Number
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no batch change ${this.batchChangeId} that you may see`
  }
}

/** Served by the primary keys. */
export const requireBatchChange = Effect.fnUntraced(function* (batchChangeId: number, actorId: ActorId) {
  const { run } = yield* Database
  const [found] = yield* run((db) =>
    db
      .select({ id: batchChanges.id, ownerId: namespaces.userId, memberId: namespaceMembers.userId })
      .from(batchChanges)
      .innerJoin(namespaces, and(eq(namespaces.id, batchChanges.namespaceId), isNull(namespaces.deletedAt)))
      .leftJoin(
        namespaceMembers,
        and(eq(namespaceMembers.namespaceId, namespaces.id), eq(namespaceMembers.userId, actorId ?? 0))
      )
      .where(eq(batchChanges.id, batchChangeId))
  )
  const may = found !== undefined && (actorId === undefined || found.ownerId === actorId || found.memberId === actorId)
  if (!may) return yield* new BatchChangeUnknown({ batchChangeId })
})
