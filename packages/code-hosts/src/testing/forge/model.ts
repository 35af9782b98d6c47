/**
 * What a forge of the tests knows beside git. What git can tell is asked of git, each time.
 */
import type { CheckState, MergeableState, ReviewState } from "../../HostPullRequest.ts"
import type { MergeMethod } from "../../Abilities.ts"

/** @category models */
export type ForgeRole = "read" | "write" | "admin"

/** @category models */
export interface ForgeUser {
  readonly id: number
  readonly login: string
  readonly kind: "User" | "Bot"
}

/** @category models */
export interface ForgeToken {
  readonly token: string
  readonly user: ForgeUser
  /** The most that it can be used for, whatever its user may do. */
  readonly access: ForgeRole
  readonly expiresAt: Date | null
}

/** @category models */
export interface ForgeLabel {
  readonly id: number
  readonly name: string
  readonly color: string
  readonly description: string | null
}

/** What a branch demands of what is merged into it. @category models */
export interface ForgeProtection {
  readonly approvals: number
  readonly checks: ReadonlyArray<string>
  /** What is merged must have all of the branch. */
  readonly upToDate: boolean
  /** Nobody pushes to it. */
  readonly closedToPushes: boolean
}

/** @category models */
export interface ForgeStatus {
  readonly id: number
  readonly context: string
  readonly state: "error" | "failure" | "pending" | "success"
  readonly description: string | null
  readonly by: ForgeUser
  readonly at: Date
}

/** @category models */
export interface ForgeComment {
  readonly id: number
  readonly author: ForgeUser
  readonly body: string
  readonly at: Date
}

/** @category models */
export interface ForgeReview {
  readonly id: number
  readonly author: ForgeUser
  readonly state: "approved" | "changes_requested" | "commented"
  readonly body: string
  readonly commit: string
  readonly at: Date
}

/** @category models */
export interface ForgePullRequest {
  readonly id: number
  readonly number: number
  readonly author: ForgeUser
  readonly createdAt: Date
  readonly headRef: string
  /** One more with every change. */
  version: number
  title: string
  body: string
  baseRef: string
  draft: boolean
  state: "open" | "closed" | "merged"
  /** Where they were last seen: for good once it is closed. */
  baseSha: string
  headSha: string
  updatedAt: Date
  closedAt: Date | null
  mergedAt: Date | null
  mergedBy: ForgeUser | null
  mergeCommitSha: string | null
  autoMerge: { readonly method: MergeMethod; readonly by: ForgeUser; readonly at: Date } | null
  /** What was last computed, and for which tips. */
  mergeability: { readonly tips: string; readonly clean: boolean } | null
  readonly labels: Map<string, ForgeLabel>
  readonly comments: Array<ForgeComment>
  readonly reviews: Array<ForgeReview>
  readonly reviewers: Map<string, ForgeUser>
}

/** @category models */
export interface ForgeRepository {
  readonly id: number
  readonly owner: string
  readonly ownedBy: ForgeUser
  readonly name: string
  /** A bare repository on disk, which the tests may write to past the forge. */
  readonly path: string
  readonly createdAt: Date
  readonly roles: Map<string, ForgeRole>
  readonly protections: Map<string, ForgeProtection>
  readonly labels: Map<string, ForgeLabel>
  readonly statuses: Map<string, Map<string, ForgeStatus>>
  readonly pullRequests: Map<number, ForgePullRequest>
  private: boolean
  archived: boolean
  defaultBranch: string
  mergeMethods: ReadonlyArray<MergeMethod>
  drafts: boolean
  autoMerge: boolean
}

/** What git and the forge say of a pull request together. @category models */
export interface ForgeView {
  readonly baseSha: string
  readonly headSha: string
  /** Null while the host would compute it. */
  readonly clean: boolean | null
  readonly mergeableState: MergeableState
  readonly checkState: CheckState
  readonly reviewState: ReviewState
  readonly commits: number
  readonly changedFiles: number
  readonly additions: number
  readonly deletions: number
}

/** Why the forge does not do what it is asked. @category errors */
export type RefusalReason =
  | "archived"
  | "exists"
  | "base missing"
  | "head missing"
  | "same branch"
  | "no commits"
  | "no drafts"
  | "closed"
  | "merged"
  | "draft"
  | "conflict"
  | "blocked"
  | "checks pending"
  | "behind"
  | "head moved"
  | "method"
  | "author"
  | "no auto-merge"

/** Each host has its own words, and status, for a reason. @category errors */
export class ForgeRefusal extends Error {
  readonly reason: RefusalReason
  /** The pull request that is in the way. */
  readonly existing: ForgePullRequest | undefined
  constructor(reason: RefusalReason, existing?: ForgePullRequest) {
    super(reason)
    this.reason = reason
    this.existing = existing
  }
}
