/**
 * What reviews come to. Facts and rules; no database, no git.
 */
import type { ReviewDecision } from "../schema/pullRequests.ts"
import type { ReviewState } from "../schema/reviews.ts"

/** A submitted review. @category models */
export interface SubmittedReview {
  readonly userId: number
  readonly login: string
  readonly state: Exclude<ReviewState, "pending">
  readonly commitSha: string
  /** Whether the reviewer has write access now: only then does the verdict count. */
  readonly mayWrite: boolean
}

/** Files that somebody of their own must approve. @category models */
export interface OwnedFiles {
  /** As CODEOWNERS names them. */
  readonly owners: ReadonlyArray<string>
  /** Those of them who are users with write access, without the pull request's author. */
  readonly userIds: ReadonlyArray<number>
  /** One of the files. */
  readonly example: string
}

/** @category models */
export interface ReviewFacts {
  /** In the order in which they were submitted. */
  readonly reviews: ReadonlyArray<SubmittedReview>
  readonly head: string | null
  readonly requiredApprovals: number
  /** An approval of another commit than the head does not count. */
  readonly dismissStaleApprovals: boolean
  /** Empty where the protection does not ask for code owners. */
  readonly owned: ReadonlyArray<OwnedFiles>
}

/** @category models */
export interface ReviewOutcome {
  readonly decision: ReviewDecision | null
  /** What is required and is missing, in words. */
  readonly missing: ReadonlyArray<string>
}

/**
 * The latest verdict of each reviewer counts. Requested changes weigh more than any approval; they stand in the way of a
 * merge where reviews are required at all.
 */
export const reviewDecision = ({
  dismissStaleApprovals,
  head,
  owned,
  requiredApprovals,
  reviews
}: ReviewFacts): ReviewOutcome => {
  const verdicts = latestVerdicts(reviews).filter(({ mayWrite }) => mayWrite)
  const requested = verdicts.filter(({ state }) => state === "changes_requested")
  const approvals = verdicts.filter(({ state }) => state === "approved")
  const valid = dismissStaleApprovals ? approvals.filter(({ commitSha }) => commitSha === head) : approvals
  const required = requiredApprovals > 0 || owned.length > 0

  const unmet = [
    ...missingApprovals(requiredApprovals - valid.length, approvals.length - valid.length),
    ...owned.filter(({ userIds }) => !valid.some(({ userId }) => userIds.includes(userId))).map(missingOwner)
  ]
  if (requested.length > 0) {
    const wanted = required ? requested.map(({ login }) => `${login} requested changes`) : []
    return { decision: "changes_requested", missing: [...wanted, ...unmet] }
  }
  if (unmet.length > 0) return { decision: "review_required", missing: unmet }
  return { decision: valid.length > 0 ? "approved" : null, missing: [] }
}

/** A comment changes no verdict; a dismissal takes back the ones before it. */
const latestVerdicts = (reviews: ReadonlyArray<SubmittedReview>): ReadonlyArray<SubmittedReview> => {
  const verdicts = new Map<number, SubmittedReview>()
  for (const review of reviews) {
    if (review.state === "dismissed") verdicts.delete(review.userId)
    else if (review.state !== "commented") verdicts.set(review.userId, review)
  }
  return [...verdicts.values()]
}

const missingApprovals = (lacking: number, stale: number): ReadonlyArray<string> => {
  if (lacking <= 0) return []
  const old = stale === 0 ? "" : ` (${stale} of an earlier commit ${stale === 1 ? "does" : "do"} not count)`
  return [`${lacking} more ${lacking === 1 ? "approval" : "approvals"} by somebody with write access${old}`]
}

const missingOwner = ({ example, owners, userIds }: OwnedFiles): string => {
  const names = owners.join(", ")
  return userIds.length === 0
    ? `an approval by a code owner of ${example}, and none of ${names} is a user who can give it: name one in CODEOWNERS of the base`
    : `an approval by a code owner of ${example}: ${names}`
}
