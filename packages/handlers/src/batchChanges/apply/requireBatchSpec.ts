/**
 * Finds the batch spec that somebody wants to apply, and the batch change that it is for.
 *
 * Served by the primary keys and `batch_changes_name_key`.
 */
import { Database } from "@drover/core"
import { and, eq, sql } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { batchChanges, batchSpecs } from "../../schema/batchChanges.ts"
import { requireNamespace } from "../namespaces/requireNamespace.ts"
import type { BatchSpecRow } from "../specs/BatchSpecRow.ts"
import { BatchSpecFailed, BatchSpecUnfinished, BatchSpecUnknown } from "../specs/SpecError.ts"
import { BatchChangeClosed } from "./ApplyError.ts"

export interface Locking {
  readonly lock: boolean
}

/** Fails where the actor may not use it, and where it is not, or never will be, ready to be applied. */
export const requireBatchSpec = Effect.fnUntraced(function* (batchSpecId: number, actorId: ActorId, { lock }: Locking) {
  const { run } = yield* Database
  const [spec] = yield* run((db) => {
    const query = db.select().from(batchSpecs).where(eq(batchSpecs.id, batchSpecId))
    return lock ? query.for("no key update") : query
  })
  const unknown = new BatchSpecUnknown({ batchSpecId })
  if (spec === undefined) return yield* unknown
  yield* Effect.catchTag(requireNamespace(actorId, spec.namespaceId), "NamespaceUnknown", () => Effect.fail(unknown))
  if (spec.completedAt !== null) return spec
  if (spec.failure === null) return yield* new BatchSpecUnfinished({ batchSpecId, waiting: {} })
  return yield* new BatchSpecFailed({ batchSpecId, problems: [{ repository: "", path: "", message: spec.failure }] })
})

/** Undefined where it is to be made. Fails where it is closed. */
export const batchChangeFor = Effect.fnUntraced(function* ({ namespaceId, spec }: BatchSpecRow, { lock }: Locking) {
  const { run } = yield* Database
  const [found] = yield* run((db) => {
    const named = eq(sql`lower(${batchChanges.name})`, spec.name.toLowerCase())
    const query = db
      .select()
      .from(batchChanges)
      .where(and(eq(batchChanges.namespaceId, namespaceId), named))
    return lock ? query.for("no key update") : query
  })
  if (found !== undefined && found.closedAt !== null) return yield* new BatchChangeClosed({ name: found.name })
  return found
})
