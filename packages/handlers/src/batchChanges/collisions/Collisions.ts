/**
 * Which pending pull requests of a repository stand in each other's way.
 */
import type { ActorId } from "../../access/requireRole.ts"

/** @category options */
export type ForecastCollisions = {
  /** At most so many pairs are tried for each base branch. Defaults to 10,000. */
  readonly maxPairs?: number | undefined
  /** Who may read the repository; of a batch change, a user or a member of its namespace. */
  readonly actorId?: ActorId
} & (
  | { readonly repositoryId: number }
  /** In every repository of it: pairs of which at least one is its own. */
  | { readonly batchChangeId: number }
)

/** A pull request that is open, draft or not. @category models */
export interface PendingHead {
  readonly externalId: string
  readonly title: string
  readonly headRef: string
  readonly headSha: string
  readonly baseRef: string
  /** Null: no batch change follows it. */
  readonly changesetId: number | null
  /** It is of the batch change that was asked about. */
  readonly own: boolean
}

/** Each of them merges; once one is merged the other does not. @category models */
export interface Collision {
  readonly one: PendingHead
  readonly other: PendingHead
  readonly conflictedPaths: ReadonlyArray<string>
}

/** @category models */
export interface RepositoryCollisions {
  readonly repositoryId: number
  readonly repository: string
  readonly heads: ReadonlyArray<PendingHead>
  readonly collisions: ReadonlyArray<Collision>
  /** They conflict with their base as it is, so that they were not tried with any other. */
  readonly dirty: ReadonlyArray<{ readonly head: PendingHead; readonly conflictedPaths: ReadonlyArray<string> }>
  /** They could not be looked at. */
  readonly unknown: ReadonlyArray<{ readonly head: PendingHead; readonly why: string }>
  /** Merges that git was asked for. Pairs that touch no path in common need none. */
  readonly merges: number
  /** Pairs that were more than `maxPairs`, and were not tried. */
  readonly untried: number
}

/** @category models */
export interface CollisionForecast {
  /** In the order of their names; of a batch change, those where one of its pull requests is open. */
  readonly repositories: ReadonlyArray<RepositoryCollisions>
  /** Changesets of the batch change in repositories that the actor may not read. */
  readonly hidden: number
}
