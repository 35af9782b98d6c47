/**
 * What Drover asks of a code host. A value of this type acts as somebody: whoever connected chose the credential.
 *
 * Every operation may be repeated: a caller that died in between asks again, and finds what it has done. What an
 * operation gives is the pull request as the host has it after.
 */
import type { Effect, Result } from "effect"
import type { Abilities, MergeMethod } from "./Abilities.ts"
import type { CodeHostError } from "./CodeHostError.ts"
import type { HostAccount } from "./CredentialValidator.ts"
import type { HostPullRequest, HostRepository } from "./HostPullRequest.ts"

/** @category options */
export interface PullRequestAt {
  readonly repository: HostRepository
  readonly externalId: string
}

/** @category options */
export interface CreatePullRequest {
  readonly repository: HostRepository
  readonly title: string
  readonly body: string
  /** Branches, without `refs/heads/`. Both are there. */
  readonly baseRef: string
  readonly headRef: string
  readonly draft: boolean
}

/** @category models */
export interface CreatedPullRequest {
  /** False: an open one was there for these branches, and is given as it was. */
  readonly created: boolean
  readonly pullRequest: HostPullRequest
}

/** What is left out stays as it is. @category options */
export interface UpdatePullRequest extends PullRequestAt {
  readonly title?: string | undefined
  readonly body?: string | undefined
  readonly baseRef?: string | undefined
}

/** @category options */
export interface CommentOnPullRequest extends PullRequestAt {
  readonly body: string
  /** Whoever sends the same key again makes no second comment. */
  readonly key: string
}

/** @category options */
export interface FindComment extends PullRequestAt {
  /** What its body contains, letter by letter. */
  readonly text: string
}

/** @category options */
export interface LabelPullRequest extends PullRequestAt {
  readonly add?: ReadonlyArray<string> | undefined
  readonly remove?: ReadonlyArray<string> | undefined
}

/** @category options */
export interface MergePullRequest extends PullRequestAt {
  readonly method: MergeMethod
  /** With any other head nothing is merged. Defaults to whatever is there. */
  readonly expectedHead?: string | undefined
  /** Defaults to the host's own. */
  readonly title?: string | undefined
  readonly message?: string | undefined
}

/** @category options */
export interface PushBranch {
  readonly repository: HostRepository
  /** Without `refs/heads/`. */
  readonly branch: string
  /** A commit that the repository on disk has. */
  readonly commit: string
  /** Where the branch must be for this to happen: a commit, or null for nowhere. */
  readonly expected: string | null
}

/** A pull request and, where its last load gave one, the host's own handle for it. @category options */
export interface PullRequestKnown extends PullRequestAt {
  readonly handle?: string | undefined
}

/** @category models */
export interface LoadedPullRequest {
  readonly at: PullRequestKnown
  /** One that is missing, or hidden, is no reason to know nothing of the others. */
  readonly result: Result.Result<HostPullRequest, CodeHostError>
}

/** @category options */
export interface RequestReviewers extends PullRequestAt {
  /** As the host names people; `org/team` for a team. Whoever is asked already is not asked again. */
  readonly reviewers: ReadonlyArray<string>
}

/** @category options */
export interface AutoMerge extends PullRequestAt {
  readonly method: MergeMethod
}

/** @category options */
export interface UpdateBranchFromBase extends PullRequestAt {
  /** With any other head nothing is done. Defaults to whatever is there. */
  readonly expectedHead?: string | undefined
}

/** @category models */
export interface BroughtBranches {
  /** What the host shows first, without `refs/heads/`; null: it has no branch yet, or does not say. */
  readonly defaultBranch: string | null
}

/** @category models */
export interface CodeHost {
  /** `local`, `github`, … */
  readonly kind: string
  readonly abilities: Abilities

  /** Fails with `PullRequestMissing` where the repository is there and the pull request is not. */
  readonly load: (at: PullRequestAt) => Effect.Effect<HostPullRequest, CodeHostError>
  /** Makes a pull request, or finds the open one of these branches. Fails with `ArchivedOnHost` as `push` does. */
  readonly create: (options: CreatePullRequest) => Effect.Effect<CreatedPullRequest, CodeHostError>
  readonly update: (options: UpdatePullRequest) => Effect.Effect<HostPullRequest, CodeHostError>
  /** A draft becomes ready; one that is ready stays so. */
  readonly markReady: (at: PullRequestAt) => Effect.Effect<HostPullRequest, CodeHostError>
  /** The other way. Fails with `NotSupportedByHost` where the host cannot. */
  readonly markDraft: (at: PullRequestAt) => Effect.Effect<HostPullRequest, CodeHostError>
  /** One that is closed, or merged, stays so. */
  readonly close: (at: PullRequestAt) => Effect.Effect<HostPullRequest, CodeHostError>
  /** One that is open stays so. */
  readonly reopen: (at: PullRequestAt) => Effect.Effect<HostPullRequest, CodeHostError>
  readonly comment: (options: CommentOnPullRequest) => Effect.Effect<void, CodeHostError>
  /**
   * Whether whoever is connected has said something on the pull request. Asked where comments are not idempotent, by who
   * cannot know whether a comment of theirs arrived; what others write is no proof of it.
   */
  readonly hasComment: (options: FindComment) => Effect.Effect<boolean, CodeHostError>
  readonly label: (options: LabelPullRequest) => Effect.Effect<HostPullRequest, CodeHostError>
  /** One that is merged stays so. Fails with `NotMergeableOnHost`, which says why. */
  readonly merge: (options: MergePullRequest) => Effect.Effect<HostPullRequest, CodeHostError>

  /** Many in few requests, in the order of asking. There where `abilities.loadMany`. */
  readonly loadMany?: (
    wanted: ReadonlyArray<PullRequestKnown>
  ) => Effect.Effect<ReadonlyArray<LoadedPullRequest>, CodeHostError>
  /** There where `abilities.reviewers`. Fails with `RejectedByHost` for somebody who cannot review it. */
  readonly requestReviewers?: (options: RequestReviewers) => Effect.Effect<HostPullRequest, CodeHostError>
  /**
   * The host merges as soon as its rules let it. There where `abilities.autoMerge`. Fails with `RejectedByHost` where
   * the repository does not allow it, or where nothing is left to wait for: merge then.
   */
  readonly enableAutoMerge?: (options: AutoMerge) => Effect.Effect<HostPullRequest, CodeHostError>
  readonly disableAutoMerge?: (at: PullRequestAt) => Effect.Effect<HostPullRequest, CodeHostError>
  /**
   * Brings what the base has into the head. There where `abilities.updateBranch`. One that has it all stays as it is.
   * Fails with `NotMergeableOnHost` where they conflict, or the head has moved.
   */
  readonly updateBranch?: (options: UpdateBranchFromBase) => Effect.Effect<HostPullRequest, CodeHostError>
  /** A cheap request that shows that the credential is good. Fails with `UnauthorisedOnHost` where it is not. */
  readonly validate?: Effect.Effect<HostAccount, CodeHostError>

  /** Where a branch of the host is; null: nowhere. Its commit can be read in the repository on disk afterwards. */
  readonly tip: (options: {
    readonly repository: HostRepository
    readonly branch: string
  }) => Effect.Effect<string | null, CodeHostError>
  /** Makes the branches of the repository on disk those of the host. There unless the two are the same repository. */
  readonly bringBranches?: (repository: HostRepository) => Effect.Effect<BroughtBranches, CodeHostError>
  /** Moves a branch of the host, or fails with `BranchMoved`. A branch that is at the commit already is a success. */
  readonly push: (options: PushBranch) => Effect.Effect<void, CodeHostError>
}
