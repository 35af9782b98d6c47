/**
 * What can be wrong with what was asked of a pull request. Nothing was written.
 *
 * None of them passes by itself: somebody has to ask for something else, or change something first.
 */
import { Schema } from "effect"

/** As people name it: `acme/billing#7`. */
const Label = Schema.String

/** @category errors */
export class PullRequestNotFound extends Schema.TaggedError<PullRequestNotFound>()("PullRequestNotFound", {
  /** Its id, or its label, as it was asked for. */
  pullRequestId: Schema.Union([Schema.Number, Label])
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return typeof this.pullRequestId === "string"
      ? `There is no pull request ${this.pullRequestId}`
      : `There is no pull request with the id ${this.pullRequestId}`
  }
}

/**
 * A pull request cannot be what was asked for.
 *
 * @category errors
 */
export class PullRequestRejected extends Schema.TaggedError<PullRequestRejected>()("PullRequestRejected", {
  field: Schema.Literals(["repository", "title", "base", "head", "author"]),
  rule: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The pull request's ${this.field} ${this.rule}`
  }
}

/**
 * Only an open pull request can be changed like this.
 *
 * @category errors
 */
export class PullRequestNotOpen extends Schema.TaggedError<PullRequestNotOpen>()("PullRequestNotOpen", {
  pullRequest: Label,
  state: Schema.Literals(["closed", "merged"])
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const way = this.state === "closed" ? "reopen it first" : "open a new one for what is to follow"
    return `${this.pullRequest} is ${this.state}: ${way}`
  }
}

/**
 * The head branch is not where the caller saw it: look at what is there now, and ask again.
 *
 * @category errors
 */
export class HeadMismatch extends Schema.TaggedError<HeadMismatch>()("HeadMismatch", {
  pullRequest: Label,
  expected: Schema.String,
  actual: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The head of ${this.pullRequest} is ${this.actual}, not ${this.expected}: review what it brings now, and ask again for that commit`
  }
}

/**
 * The head has all of the base: there are no new commits to bring to it.
 *
 * @category errors
 */
export class BranchUpToDate extends Schema.TaggedError<BranchUpToDate>()("BranchUpToDate", { pullRequest: Label }) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There are no new commits on the base of ${this.pullRequest}: its head is up to date`
  }
}

const remedies = {
  merged: "it is merged already",
  closed: "it is closed: reopen it first",
  draft: "it is a draft: mark it ready for review first",
  "branch gone": "its base or head branch does not exist: push the branch again, or close it",
  "no commits": "its head has no commit that the base lacks: push one, or close it",
  conflict: "its branches conflict: merge the base into the head, resolve the conflicts and push",
  "merge commits": "it has merge commits, which cannot be replayed: merge or squash it instead",
  "unrelated histories": "its branches share no history: rebuild the head from a commit of the base",
  blocked: "the protection of its base requires what is missing"
} as const

/** Why a pull request cannot be merged. @category models */
export type MergeObstacle = keyof typeof remedies

/**
 * @category errors
 */
export class PullRequestNotMergeable extends Schema.TaggedError<PullRequestNotMergeable>()("PullRequestNotMergeable", {
  pullRequest: Label,
  reason: Schema.Literals(Object.keys(remedies) as ReadonlyArray<MergeObstacle>),
  conflictedPaths: Schema.Array(Schema.String),
  /** What the protection of the base requires and does not have, in words. */
  missing: Schema.Array(Schema.String)
}) {
  get retryable(): boolean {
    return false
  }
  /** Why, and what helps: for whoever has said already which pull request it is. */
  get explanation(): string {
    const where = this.conflictedPaths.length === 0 ? "" : ` (${this.conflictedPaths.join(", ")})`
    const what = this.missing.length === 0 ? "" : `: ${this.missing.join("; ")}`
    return `${remedies[this.reason]}${where}${what}`
  }
  override get message(): string {
    return `${this.pullRequest} cannot be merged: ${this.explanation}`
  }
}
