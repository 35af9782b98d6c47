/**
 * Finds out where a pull request stands, from what the database and its base say now.
 *
 * It is the one reader: the job stores what this gives, and the merge asks it once more.
 */
import type { Database, DatabaseError } from "@drover/core"
import type { Git, GitError } from "@drover/git"
import { Effect } from "effect"
import { latestReports } from "../checks/latestReports.ts"
import type { Tips } from "../mergeability/Mergeability.ts"
import { findProtection, type Protection } from "../protection/findProtection.ts"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import { type CheckReport, checkRollup, missingChecks } from "./checkRollup.ts"
import { ownedFiles, type Ownership } from "./ownedFiles.ts"
import { reviewDecision, type SubmittedReview } from "./reviewDecision.ts"
import type { Standing } from "./Standing.ts"
import { submittedReviews } from "./submittedReviews.ts"

/** About the tips given, which the caller has looked up. */
export const readStanding = Effect.fn("Standing.read")(function* (
  pull: PullRequest,
  tips: Tips
): Effect.fn.Return<Standing, GitError | DatabaseError, Git | Database> {
  const { repositoryId } = pull
  const protection = yield* findProtection({ repositoryId, branch: pull.baseRef })
  const reports = tips.head === null ? [] : yield* latestReports({ repositoryId, sha: tips.head })
  const ownership = protection?.requireCodeOwners === true ? yield* ownedFiles(pull, tips) : noOwners
  return standingOf(protection, { reports, ownership, reviews: yield* submittedReviews(pull), head: tips.head })
})

export const noOwners: Ownership = { owned: [], unread: [] }

export interface StandingFacts {
  readonly reports: ReadonlyArray<CheckReport>
  readonly ownership: Ownership
  readonly reviews: ReadonlyArray<SubmittedReview>
  readonly head: string | null
}

/** Pure. */
export const standingOf = (
  protection: Protection | undefined,
  { head, ownership: { owned, unread }, reports, reviews }: StandingFacts
): Standing => {
  const { decision, missing } = reviewDecision({
    reviews,
    head,
    requiredApprovals: protection?.requiredApprovals ?? 0,
    dismissStaleApprovals: protection?.dismissStaleApprovals ?? false,
    owned
  })
  return {
    reviewDecision: unread.length > 0 && decision !== "changes_requested" ? "review_required" : decision,
    checkRollup: checkRollup(reports),
    missing: [...unread, ...missing, ...missingChecks(protection?.requiredChecks ?? [], reports)],
    requireUpToDate: protection?.requireUpToDate ?? false
  }
}
