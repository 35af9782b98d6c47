/**
 * All that is decided from when a batch spec is applied.
 */
import type { ActorId } from "../../access/requireRole.ts"
import type { Repository } from "../../repositories/findRepository.ts"
import type { changesetSpecs } from "../../schema/batchSpecs.ts"
import type { changesetAssociations, changesets } from "../../schema/changesets.ts"
import type { BatchSpecRow } from "../specs/BatchSpecRow.ts"
import type { BatchChange } from "./Applied.ts"

/** Without its diff: the hash of it says as much. */
export type SpecHead = Omit<typeof changesetSpecs.$inferSelect, "diff">

export type ChangesetRow = typeof changesets.$inferSelect

export interface World {
  readonly batchSpec: BatchSpecRow
  /** Undefined: it is to be made. */
  readonly batchChange: BatchChange | undefined
  /** Of the batch spec, in the order of their ids. */
  readonly specs: ReadonlyArray<SpecHead>
  /** Those that the batch change has or made, and all with a branch or a pull request that the specs name. */
  readonly changesets: ReadonlyArray<ChangesetRow>
  readonly associations: ReadonlyMap<number, ReadonlyArray<typeof changesetAssociations.$inferSelect>>
  /** Those that the changesets were or are to be brought to, by id. */
  readonly specsOfChangesets: ReadonlyMap<number, SpecHead>
  readonly repositories: ReadonlyMap<number, Repository & { readonly readable: boolean }>
  /** Names of the batch changes that own changesets, by id. */
  readonly owners: ReadonlyMap<number, string>
  readonly actorId: ActorId
}
