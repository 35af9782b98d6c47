/**
 * What a code host may answer. Every host maps its own answers to these, once; whoever asks never looks at a status code.
 *
 * `retryable`: the same request may succeed later. `retryAfter`, in milliseconds: not before then.
 */
import { Schema } from "effect"

/** What every error knows: `github at acme/billing`. */
const where = { host: Schema.String, repository: Schema.String }
const at = ({ host, repository }: { readonly host: string; readonly repository: string }) => `${repository} (${host})`

/** The repository is not there, or not for whoever asks. @category errors */
export class RepositoryMissing extends Schema.TaggedError<RepositoryMissing>()("RepositoryMissing", where) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no repository ${at(this)} for this credential: check its name, and what the credential may read`
  }
}

/** @category errors */
export class PullRequestMissing extends Schema.TaggedError<PullRequestMissing>()("PullRequestMissing", {
  ...where,
  externalId: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no pull request ${this.externalId} in ${at(this)}`
  }
}

/** Why a pull request cannot be merged. @category models */
export const NotMergeableReason = Schema.Literals([
  "merged",
  "closed",
  "draft",
  "conflict",
  "blocked",
  "head moved",
  "checks pending",
  "method",
  "other"
])

/** @category models */
export type NotMergeableReason = typeof NotMergeableReason.Type

/** @category errors */
export class NotMergeableOnHost extends Schema.TaggedError<NotMergeableOnHost>()("NotMergeableOnHost", {
  ...where,
  externalId: Schema.String,
  reason: NotMergeableReason,
  /** In the host's words. */
  explanation: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `Pull request ${this.externalId} of ${at(this)} cannot be merged: ${this.explanation}`
  }
}

/** The repository takes no changes any more. @category errors */
export class ArchivedOnHost extends Schema.TaggedError<ArchivedOnHost>()("ArchivedOnHost", where) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `cannot push to an archived repository: ${at(this)}. Unarchive it, or leave it out`
  }
}

/** A branch is not where the caller saw it. Look at what is there now. @category errors */
export class BranchMoved extends Schema.TaggedError<BranchMoved>()("BranchMoved", {
  ...where,
  branch: Schema.String,
  expected: Schema.NullOr(Schema.String),
  actual: Schema.NullOr(Schema.String)
}) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    const now = this.actual === null ? "is gone" : `is at ${this.actual}`
    return `The branch ${this.branch} of ${at(this)} ${now}, and was ${this.expected ?? "nowhere"} a moment ago`
  }
}

/** The credential is no good. @category errors */
export class UnauthorisedOnHost extends Schema.TaggedError<UnauthorisedOnHost>()("UnauthorisedOnHost", where) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The credential for ${at(this)} is refused: it has expired or was withdrawn. Set another`
  }
}

/** The credential is good, and not for this. @category errors */
export class ForbiddenOnHost extends Schema.TaggedError<ForbiddenOnHost>()("ForbiddenOnHost", {
  ...where,
  explanation: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The credential for ${at(this)} may not do this: ${this.explanation}`
  }
}

/** The host wants a rest. @category errors */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", {
  ...where,
  /** In milliseconds. */
  retryAfter: Schema.Number,
  /** Nothing was sent: Drover's own budget for the host held it back. Left out: the host said so. */
  held: Schema.optionalKey(Schema.Boolean)
}) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    if (this.held === true) {
      return `Requests to ${at(this)} are held back for ${Math.ceil(this.retryAfter / 1000)} seconds, to stay below its limits`
    }
    return `${at(this)} takes no more requests for ${Math.ceil(this.retryAfter / 1000)} seconds`
  }
}

/** The host has a rule that the request breaks. @category errors */
export class RejectedByHost extends Schema.TaggedError<RejectedByHost>()("RejectedByHost", {
  ...where,
  explanation: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `${at(this)} rejects it: ${this.explanation}`
  }
}

/** This kind of host cannot do it at all. @category errors */
export class NotSupportedByHost extends Schema.TaggedError<NotSupportedByHost>()("NotSupportedByHost", {
  ...where,
  what: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `${at(this)} has no ${this.what}`
  }
}

/** No answer, or one that says that the host is at fault. @category errors */
export class HostUnavailable extends Schema.TaggedError<HostUnavailable>()("HostUnavailable", {
  ...where,
  explanation: Schema.String,
  /** In milliseconds, where the host says so. */
  retryAfter: Schema.optionalKey(Schema.Number)
}) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    return `${at(this)} does not answer as it should: ${this.explanation}`
  }
}

/** @category errors */
export type CodeHostError =
  | RepositoryMissing
  | PullRequestMissing
  | NotMergeableOnHost
  | ArchivedOnHost
  | BranchMoved
  | UnauthorisedOnHost
  | ForbiddenOnHost
  | RateLimited
  | RejectedByHost
  | NotSupportedByHost
  | HostUnavailable
