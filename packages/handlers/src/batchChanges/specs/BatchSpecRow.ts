/**
 * What a batch spec is made from, and what comes of it.
 */
import type { ActorId } from "../../access/requireRole.ts"
import type { batchSpecs } from "../../schema/batchChanges.ts"

/** @category options */
export interface CreateBatchSpec {
  /** YAML. */
  readonly source: string
  /** By its name or its id: one that the actor may use. */
  readonly namespace: string | number
  readonly actorId?: ActorId
}

/** @category models */
export type BatchSpecRow = typeof batchSpecs.$inferSelect

/** @category models */
export interface ChangesetSpecsMade {
  /** False: they were there already. */
  readonly made: boolean
  readonly changesetSpecIds: ReadonlyArray<number>
}
