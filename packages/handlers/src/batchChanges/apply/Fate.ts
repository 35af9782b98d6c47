/**
 * What becomes of changesets when a batch spec is applied.
 */
import type { ObservedChangeset } from "../plan/Desired.ts"

/** What a changeset spec is known by. @category models */
export interface RewiredSpec {
  readonly id: number
  readonly repositoryId: number
  readonly kind: "branch" | "import"
  readonly headRef: string
  readonly externalId: string | null
}

/** A changeset as rewiring looks at it. @category models */
export interface RewiredChangeset extends ObservedChangeset {
  readonly id: number
  readonly repositoryId: number
  readonly headRef: string
  readonly externalId: string | null
  readonly currentSpecId: number | null
  /** The reconciler is at it: it may be published in a moment. */
  readonly processing: boolean
}

/** @category models */
export interface RewiredRepository {
  readonly archived: boolean
  readonly deleted: boolean
  /** Whether who applies may read it. */
  readonly readable: boolean
}

/** @category models */
export interface RewireInput {
  /** Null: it is to be made. */
  readonly batchChangeId: number | null
  readonly specs: ReadonlyArray<RewiredSpec>
  /** Those that the batch change has or made, and all with a branch or a pull request that the specs name. */
  readonly changesets: ReadonlyArray<RewiredChangeset>
  readonly repositories: ReadonlyMap<number, RewiredRepository>
  /** Names of other batch changes, for people. */
  readonly owners?: ReadonlyMap<number, string> | undefined
}

/**
 * What becomes of a changeset.
 *
 * - `create`: it is made, unpublished. `import`: one is made for a pull request that no batch change knew.
 * - `keep`: it stays, with the new spec. `reattach`: it was let go of or put away, and comes back.
 * - `track`: somebody else's, which this batch change looks on from now on.
 * - `archive`: it is put away; `close`: and its pull request closed. `detach`: it is let go of.
 * - `leave`: it was put away or let go of before.
 * - `refuse`: the spec may not be applied because of it.
 *
 * @category models
 */
export type Fate =
  | { readonly _tag: "create" | "import"; readonly spec: RewiredSpec }
  | { readonly _tag: "keep" | "reattach" | "track"; readonly spec: RewiredSpec; readonly changeset: RewiredChangeset }
  | { readonly _tag: "archive"; readonly changeset: RewiredChangeset; readonly close: boolean }
  | { readonly _tag: "detach" | "leave"; readonly changeset: RewiredChangeset }
  | {
      readonly _tag: "refuse"
      readonly spec: RewiredSpec
      readonly changeset?: RewiredChangeset | undefined
      readonly why: string
    }
