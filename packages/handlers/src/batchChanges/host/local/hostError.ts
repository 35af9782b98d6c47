/**
 * What the forge's errors are to whoever speaks to it as a code host. The one place where they are sorted. Pure.
 */
import {
  type CodeHostError,
  ForbiddenOnHost,
  HostUnavailable,
  NotMergeableOnHost,
  type NotMergeableReason,
  PullRequestMissing,
  RejectedByHost,
  RepositoryMissing
} from "@drover/code-hosts"
import type { DatabaseError, PayloadRejected } from "@drover/core"
import type { GitError } from "@drover/git"
import type { Forbidden, RepositoryUnknown } from "../../../access/AccessError.ts"
import type { CommentRejected } from "../../../comments/CommentError.ts"
import type { LabelRejected } from "../../../labels/LabelRejected.ts"
import type {
  HeadMismatch,
  MergeObstacle,
  PullRequestNotFound,
  PullRequestNotMergeable,
  PullRequestNotOpen,
  PullRequestRejected
} from "../../../pullRequests/PullRequestError.ts"

export type ForgeError =
  | PullRequestNotFound
  | PullRequestRejected
  | PullRequestNotOpen
  | PullRequestNotMergeable
  | HeadMismatch
  | RepositoryUnknown
  | Forbidden
  | CommentRejected
  | LabelRejected
  | PayloadRejected
  | GitError
  | DatabaseError

/** What was asked about. */
export interface Asked {
  readonly repository: string
  /** Of a pull request; empty where it was about none. */
  readonly externalId?: string | undefined
}

export const LOCAL = "local"

const reasons = {
  merged: "merged",
  closed: "closed",
  draft: "draft",
  conflict: "conflict",
  blocked: "blocked",
  "merge commits": "method",
  "branch gone": "other",
  "no commits": "other",
  "unrelated histories": "other"
} as const satisfies Record<MergeObstacle, NotMergeableReason>

/** What is a code host's answer already stays so. */
export const hostError = (error: ForgeError | CodeHostError, { externalId = "", repository }: Asked): CodeHostError => {
  if ("host" in error) return error
  const at = { host: LOCAL, repository }
  const explanation = error.message
  switch (error._tag) {
    case "PullRequestNotFound":
      return new PullRequestMissing({ ...at, externalId })
    case "RepositoryUnknown":
    case "RepositoryNotFound":
      return new RepositoryMissing(at)
    case "Forbidden":
      return new ForbiddenOnHost({ ...at, explanation })
    case "PullRequestNotMergeable":
      return new NotMergeableOnHost({ ...at, externalId, reason: reasonOf(error), explanation: error.explanation })
    case "HeadMismatch":
      return new NotMergeableOnHost({ ...at, externalId, reason: "head moved", explanation })
    case "GitFailed":
      return inTheWay.test(error.stderr)
        ? new RejectedByHost({ ...at, explanation: "another branch is in the way: choose another name" })
        : other(error, at)
    default:
      return other(error, at)
  }
}

const other = (
  error: { readonly retryable: boolean; readonly message: string },
  at: { readonly host: string; readonly repository: string }
): CodeHostError =>
  error.retryable
    ? new HostUnavailable({ ...at, explanation: error.message })
    : new RejectedByHost({ ...at, explanation: error.message })

/** `a` and `a/b` cannot both be branches. */
const inTheWay = /cannot lock ref .* exists; cannot create/

/** Where nothing is missing but checks that are not done, waiting helps. */
const reasonOf = ({ missing, reason }: PullRequestNotMergeable): NotMergeableReason =>
  reason === "blocked" && missing.length > 0 && missing.every((rule) => waits.test(rule))
    ? "checks pending"
    : reasons[reason]

/** As `missingChecks` has it. */
const waits = /^the check ".*" (is not done|has not reported)$/s
