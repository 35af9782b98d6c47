/** Finds a batch spec for whoever may use it, ready to be applied or not. Served by the primary keys. */
import { Database } from "@drover/core"
import { eq } from "drizzle-orm"
import { Effect } from "effect"
import type { ActorId } from "../../access/requireRole.ts"
import { batchSpecs } from "../../schema/batchChanges.ts"
import { requireNamespace } from "../namespaces/requireNamespace.ts"
import { BatchSpecUnknown } from "./SpecError.ts"

/** @category options */
export interface FindBatchSpec {
  readonly batchSpecId: number
  /** A user or a member of its namespace. */
  readonly actorId?: ActorId
}

/** Fails with `BatchSpecUnknown` where there is none that the actor may use. @category operations */
export const findBatchSpec = Effect.fn("BatchChanges.findBatchSpec")(function* ({
  actorId,
  batchSpecId
}: FindBatchSpec) {
  const { run } = yield* Database
  const unknown = new BatchSpecUnknown({ batchSpecId })
  const [spec] = yield* run((db) => db.select().from(batchSpecs).where(eq(batchSpecs.id, batchSpecId)))
  if (spec === undefined) return yield* unknown
  yield* Effect.catchTag(requireNamespace(actorId, spec.namespaceId), "NamespaceUnknown", () => Effect.fail(unknown))
  return spec
})
