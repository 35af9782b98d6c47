import type { ActorId } from "../access/requireRole.ts"

/**
 * A branch or tag that was made, moved or deleted.
 *
 * @category models
 */
export interface RefMove {
  /** The full name: `refs/heads/main`, `refs/tags/v1`. */
  readonly ref: string
  /** What it pointed at; null where there was none. */
  readonly before: string | null
  /** What it points at; null where it was deleted. */
  readonly after: string | null
}

/** A move, and who made it; undefined where nobody knows, or it was Drover. */
export interface MadeMove extends RefMove {
  readonly actorId: ActorId
}

const BRANCHES = "refs/heads/"

/** The branch that a ref is; undefined for tags. */
export const branchOf = (ref: string): string | undefined =>
  ref.startsWith(BRANCHES) ? ref.slice(BRANCHES.length) : undefined

export const refOf = (branch: string): string => `${BRANCHES}${branch}`

/** The name without what kind it is of. */
export const shortName = (ref: string): string => ref.replace(/^refs\/[^/]+\//, "")

/** Whether it is one of those that are recorded: branches and tags. */
export const isRecorded = (ref: string): boolean => ref.startsWith(BRANCHES) || ref.startsWith("refs/tags/")
