/**
 * Where a pull request stands with its reviewers, its checks and the protection of its base.
 */
import type { CheckRollup, ReviewDecision } from "../schema/pullRequests.ts"

/** @category models */
export interface Standing {
  readonly reviewDecision: ReviewDecision | null
  readonly checkRollup: CheckRollup
  /** What the protection of the base requires and does not have yet, in words. Empty: it lets the merge through. */
  readonly missing: ReadonlyArray<string>
  /** The protection wants the head to have every commit of the base. */
  readonly requireUpToDate: boolean
}
