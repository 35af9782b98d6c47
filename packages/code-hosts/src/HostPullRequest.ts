/**
 * Repositories and pull requests as their host shows them.
 */

/** @category models */
export interface HostRepository {
  /** Drover's own id. */
  readonly id: number
  /** As the host names it: `acme/billing`. */
  readonly name: string
  /** A bare repository on this machine's disk. What is pushed is made there first. */
  readonly path: string
}

/** Whether it is a draft is said apart. @category models */
export type PullRequestState = "open" | "closed" | "merged"

/** What its checks come to, from the worst to the best. `expected`: none has reported. @category models */
export type CheckState = "error" | "failure" | "pending" | "success" | "expected"

/** What its reviews come to; null: none is required, and none decides. @category models */
export type ReviewState = "approved" | "changes_requested" | "review_required" | null

/** Whether it could be merged now; `unknown` while the host computes it. @category models */
export type MergeableState = "unknown" | "draft" | "dirty" | "blocked" | "behind" | "unstable" | "clean"

/** @category models */
export interface HostPullRequest {
  /** As the host names it within the repository: a number, as text. */
  readonly externalId: string
  /** What the host itself calls it, whatever becomes of its repository's name. Given to `loadMany`; else nobody's business. */
  readonly handle?: string | undefined
  /** Where people look at it; null: nowhere. */
  readonly url: string | null
  readonly title: string
  readonly body: string
  /** Branches, without `refs/heads/`. */
  readonly baseRef: string
  readonly headRef: string
  /** Tips; null where the branch is gone. */
  readonly baseSha: string | null
  readonly headSha: string | null
  readonly state: PullRequestState
  readonly draft: boolean
  readonly mergeableState: MergeableState
  /** Where its branches conflict, as far as the host says. */
  readonly conflictedPaths: ReadonlyArray<string>
  readonly checkState: CheckState
  readonly reviewState: ReviewState
  readonly labels: ReadonlyArray<string>
  /** Null unless it is merged. */
  readonly mergeCommitSha: string | null
  /** Its repository takes no more changes. */
  readonly archived: boolean
  /** When the host last changed it, by the host's clock. */
  readonly updatedAt: Date
}
