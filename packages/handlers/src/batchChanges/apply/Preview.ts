/**
 * What would come of a batch spec if it were applied now.
 */
import type { Operation, Step } from "../plan/Operation.ts"
import type { ComputedState, UiPublication } from "../states.ts"
import type { Fate } from "./Fate.ts"

/** What a person wants published, where the spec leaves it open: by the id of the changeset spec. @category models */
export type UiPublications = Readonly<Record<number, Exclude<UiPublication, null>>>

/** @category options */
export interface PreviewBatchSpec {
  readonly batchSpecId: number
  /** Defaults to what was said before. */
  readonly uiPublication?: UiPublications | undefined
  /** A user or a member of its namespace. */
  readonly actorId?: number | undefined
}

/** @category models */
export interface PreviewedChangeset {
  /** What names it from one preview to the next: the repository, with a branch or a pull request. */
  readonly key: string
  /** Differs when anything does that matters to what would be done. */
  readonly digest: string
  /** See `Fate`. */
  readonly fate: Fate["_tag"]
  /** Why it is refused; null: it is not. */
  readonly refusal: string | null
  /** Null: it would be made. */
  readonly changesetId: number | null
  /** Null: the spec no longer has it. */
  readonly changesetSpecId: number | null
  readonly repositoryId: number
  readonly repository: string
  readonly title: string
  /** Empty for one that is imported, until it is known. */
  readonly headRef: string
  readonly baseRef: string
  readonly externalId: string | null
  readonly externalUrl: string | null
  /** As it is now; null: it is not there. */
  readonly state: ComputedState | null
  /** What the reconciler would do, in order, and why. */
  readonly steps: ReadonlyArray<Step>
  readonly notes: ReadonlyArray<string>
  /** What differs from what it was brought to last. */
  readonly delta: ReadonlyArray<string>
  /** Null where there is no diff. */
  readonly diffStat: DiffStat | null
}

/** @category models */
export interface DiffStat {
  readonly additions: number
  readonly deletions: number
  readonly changedFiles: number
}

/** @category models */
export interface Preview {
  readonly batchSpecId: number
  readonly batchChange: {
    /** Null: it would be made. */
    readonly id: number | null
    readonly name: string
    readonly namespaceId: number
  }
  /** In the order of their keys; those that would be left as they are too. */
  readonly changesets: ReadonlyArray<PreviewedChangeset>
  /** How many are in repositories that the actor may not read. They are counted in `totals`, and not shown. */
  readonly hidden: number
  readonly totals: {
    readonly fates: Readonly<Partial<Record<Fate["_tag"], number>>>
    readonly operations: Readonly<Partial<Record<Operation, number>>>
    /** Nothing would be done to them. */
    readonly unchanged: number
    readonly diffStat: DiffStat
  }
  /** Of all that would be done and what it is decided from: see `applyBatchSpec`. */
  readonly hash: string
}
