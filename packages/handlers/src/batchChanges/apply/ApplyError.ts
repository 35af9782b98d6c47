/**
 * Why a batch spec is not applied. Nothing was written.
 */
import { Schema } from "effect"

/** There is no such batch change, or it is in a namespace that the actor may not use. @category errors */
export class BatchChangeUnknown extends Schema.TaggedError<BatchChangeUnknown>()("BatchChangeUnknown", {
  batchChange: Schema.Union([Schema.String, Schema.Number])
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no batch change ${this.batchChange} that you may use`
  }
}

/** @category errors */
export class BatchChangeClosed extends Schema.TaggedError<BatchChangeClosed>()("BatchChangeClosed", {
  name: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The batch change "${this.name}" is closed: reopen it, or give the spec another name`
  }
}

/** @category errors */
export class BatchChangeExists extends Schema.TaggedError<BatchChangeExists>()("BatchChangeExists", {
  name: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is a batch change "${this.name}" already: give it another name`
  }
}

/** What was said of the publication of a changeset cannot be. @category errors */
export class PublicationRejected extends Schema.TaggedError<PublicationRejected>()("PublicationRejected", {
  changesetSpecId: Schema.Number,
  rule: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The publication of changeset spec ${this.changesetSpecId} cannot be chosen: ${this.rule}`
  }
}

/** A changeset that a batch change may not make or take. @category models */
export const Refusal = Schema.Struct({ repository: Schema.String, branch: Schema.String, why: Schema.String })

/** @category models */
export type Refusal = typeof Refusal.Type

/** Some changesets of the spec may not be made: all of them, and why. @category errors */
export class ChangesetsRefused extends Schema.TaggedError<ChangesetsRefused>()("ChangesetsRefused", {
  refusals: Schema.Array(Refusal)
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const lines = this.refusals.map(({ branch, repository, why }) => `  ${repository} ${branch}: ${why}`)
    return `The batch spec cannot be applied:\n${lines.join("\n")}`
  }
}

/** The world is not as it was when the plan was looked at. @category errors */
export class PlanMoved extends Schema.TaggedError<PlanMoved>()("PlanMoved", {
  /** Hashes. */
  expected: Schema.String,
  actual: Schema.String,
  /** What would be done now and is not what was looked at, where that is known; else all that would be done. */
  changes: Schema.Array(Schema.String)
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const shown = this.changes.slice(0, 20).map((change) => `  ${change}`)
    const more = this.changes.length > shown.length ? `\n  and ${this.changes.length - shown.length} more` : ""
    return `The plan is no longer the one that you looked at: preview it again. Now it says:\n${shown.join("\n")}${more}`
  }
}
/** @category errors */
export class BatchChangeNameRejected extends Schema.TaggedError<BatchChangeNameRejected>()("BatchChangeNameRejected", {
  name: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `A batch change cannot be named "${this.name}": 1 to 100 letters, digits, dots, dashes and underscores`
  }
}
