/**
 * What is to be undone, and what becomes of it.
 */
import type { ActorId } from "../../access/requireRole.ts"
import type { ChangesetView } from "../reads/listChangesets.ts"

/** @category options */
export interface RevertBatchChange {
  readonly batchChangeId: number
  /** Of the batch change that undoes it. Defaults to `revert-` and the name of the one that is undone. */
  readonly name?: string | undefined
  /** A user or a member of the batch change's namespace. */
  readonly actorId?: ActorId
}

/**
 * `undone`: the spec undoes it. `nothing`: the branch has none of it any more. `unmerged`: it never came into the branch.
 * `conflict`: what was changed since stands in the way. `impossible`: nobody can tell what it changed, or it cannot be
 * changed. Only the first is in the spec.
 */
export type UndoingFate = "undone" | "nothing" | "unmerged" | "conflict" | "impossible"

/** A changeset, and what becomes of it. @category models */
export interface Undoing {
  readonly changesetId: number
  readonly repository: string
  /** The branch that it was merged into. */
  readonly baseRef: string
  readonly externalId: string | null
  readonly externalUrl: string | null
  readonly mergeCommitSha: string | null
  readonly fate: UndoingFate
  /** Of a conflict; otherwise none. */
  readonly conflictedPaths: ReadonlyArray<string>
  /** In words; null of what is undone. */
  readonly why: string | null
}

/** @category models */
export interface RevertedBatchChange {
  /** Of the batch change that undoes it. */
  readonly name: string
  /** The namespace of the one that is undone, where the spec belongs. */
  readonly namespace: string
  /** The batch spec, in YAML: for `createBatchSpec`. Null: there is nothing to undo. */
  readonly source: string | null
  /** Every changeset, in the order of repositories, and what was merged last first. */
  readonly changesets: ReadonlyArray<Undoing>
  /** How many more there are in repositories that the actor may not read. */
  readonly hidden: number
}

/** What became of one, before it is said of which. */
export interface Decided {
  readonly fate: UndoingFate
  readonly conflictedPaths: ReadonlyArray<string>
  readonly why: string | null
}

export const tell = (changeset: ChangesetView, decided: Decided): Undoing => ({
  changesetId: changeset.id,
  repository: changeset.repository,
  baseRef: changeset.baseRef,
  externalId: changeset.externalId,
  externalUrl: changeset.externalUrl,
  mergeCommitSha: changeset.mergeCommitSha,
  ...decided
})
