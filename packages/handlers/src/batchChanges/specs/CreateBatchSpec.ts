/**
 * What a batch spec is made from.
 *
 * - `createBatchSpec(options: CreateBatchSpec)` gives a `BatchSpecRow`.
 * - `makeChangesetSpecs(batchSpecId: number)` gives a `ChangesetSpecsMade`; called once all workspaces are completed, and
 *   as often as anybody likes after.
 */
import type { ActorId } from "../../access/requireRole.ts"
import type { batchSpecs } from "../../schema/batchChanges.ts"

/** @category options */
export interface CreateBatchSpec {
  /** YAML. */
  readonly source: string
  /** By its name or its id. Defaults to the actor's own, and for the operator there is no default. */
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
