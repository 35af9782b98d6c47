/**
 * Why a changeset could not be brought to what its spec says.
 */
import { Schema } from "effect"
import { operations } from "../plan/Operation.ts"

/** Another batch change makes the same branch. @category errors */
export class DuplicateBranch extends Schema.TaggedError<DuplicateBranch>()("DuplicateBranch", {
  repository: Schema.String,
  branch: Schema.String,
  /** The changeset that has the branch. */
  otherId: Schema.Number
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `cannot create changeset on the same branch in multiple batch changes: changeset ${this.otherId} has the branch ${this.branch} of ${this.repository}. Give this one another branch`
  }
}

/** A person has to decide. Nothing was pushed. @category errors */
export class NeedsAttention extends Schema.TaggedError<NeedsAttention>()("NeedsAttention", {
  /** What is in the way, and what can be done. */
  reason: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return this.reason
  }
}

/** Nothing is made in a repository that takes no changes. @category errors */
export class RepositoryArchived extends Schema.TaggedError<RepositoryArchived>()("RepositoryArchived", {
  repository: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `cannot push to an archived repository: ${this.repository}. Unarchive it, or leave it out`
  }
}

/** What the changeset is made from does not say enough. @category errors */
export class ChangesetIncomplete extends Schema.TaggedError<ChangesetIncomplete>()("ChangesetIncomplete", {
  changesetId: Schema.Number,
  operation: Schema.Literals(operations),
  missing: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `Changeset ${this.changesetId} has no ${this.missing}, which ${this.operation} needs: apply its batch spec again`
  }
}

/** A step failed, outside. @category errors */
export class StepFailed extends Schema.TaggedError<StepFailed>()("StepFailed", {
  operation: Schema.Literals(operations),
  /** The tag of what the host or git said. */
  error: Schema.String,
  reason: Schema.String,
  retryable: Schema.Boolean,
  /** Not before then, where the host says so. */
  retryAfter: Schema.optionalKey(Schema.Duration)
}) {
  override get message(): string {
    return `${doing[this.operation]}: ${this.reason}`
  }
}

const doing: Partial<Record<(typeof operations)[number], string>> = {
  push: "pushing commit",
  publish: "creating pull request",
  publishDraft: "creating draft pull request",
  import: "importing pull request",
  update: "updating pull request",
  undraft: "marking pull request as ready",
  reopen: "reopening pull request",
  close: "closing pull request",
  sync: "reading pull request"
}
