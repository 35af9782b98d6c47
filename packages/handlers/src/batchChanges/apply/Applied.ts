/**
 * What applying a batch spec asks and gives.
 */
import type { ActorId } from "../../access/requireRole.ts"
import type { batchChanges } from "../../schema/batchChanges.ts"
import type { Preview, UiPublications } from "./Preview.ts"

/** @category models */
export type BatchChange = typeof batchChanges.$inferSelect

/** @category options */
export interface ApplyBatchSpec {
  readonly batchSpecId: number
  /** The hash of the preview that somebody looked at: with any other, nothing is done. Defaults to whatever is true now. */
  readonly expectedHash?: string | undefined
  /** That preview, if the caller has it still: a refusal then says what has changed since. */
  readonly previewed?: Pick<Preview, "changesets"> | undefined
  /** There must be no batch change of this name yet. Defaults to false. */
  readonly ensureNew?: boolean | undefined
  /** As it was given to the preview. */
  readonly uiPublication?: UiPublications | undefined
  /** A user or a member of the spec's namespace: changesets are pushed and published as them from now on. */
  readonly actorId?: ActorId
}

/** @category models */
export interface Applied {
  readonly batchChange: BatchChange
  /** False: this spec was applied already, and nothing was done. */
  readonly applied: boolean
  /** How many changesets the reconciler will look at. */
  readonly enqueued: number
  readonly hash: string
}
