/**
 * What the command itself has to say of batch changes.
 */
import { Problem } from "@drover/handlers/batchChanges"
import { Schema } from "effect"

/** @category errors */
export class NamespaceMissing extends Schema.TaggedError<NamespaceMissing>()("NamespaceMissing", {}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return "Whose is it? Give --namespace with a user's login or an organisation, or --as LOGIN"
  }
}

/** @category errors */
export class BatchChangeNameUnknown extends Schema.TaggedError<BatchChangeNameUnknown>()("BatchChangeNameUnknown", {
  batchChange: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no batch change ${this.batchChange} that you may see: name one as NAMESPACE/NAME, or by its id. See \`drover batch list\``
  }
}

/** @category errors */
export class FileUnreadable extends Schema.TaggedError<FileUnreadable>()("FileUnreadable", {
  file: Schema.String,
  reason: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `Cannot read ${this.file}: ${this.reason}`
  }
}

/** @category errors */
export class FileUnwritable extends Schema.TaggedError<FileUnwritable>()("FileUnwritable", {
  file: Schema.String,
  reason: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `Cannot write ${this.file}: ${this.reason}`
  }
}

/** Part of what was merged stays. @category errors */
export class RevertIncomplete extends Schema.TaggedError<RevertIncomplete>()("RevertIncomplete", {
  left: Schema.Number,
  of: Schema.Number
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `${this.left} of ${this.of} changesets cannot be undone by a spec: see why above, and revert them by hand`
  }
}

/** A batch spec that cannot be used, with the lines that say why. @category errors */
export class BatchSpecRejected extends Schema.TaggedError<BatchSpecRejected>()("BatchSpecRejected", {
  file: Schema.String,
  problems: Schema.Array(Problem),
  excerpts: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return this.excerpts
  }
}

/** @category errors */
export class SpecMissing extends Schema.TaggedError<SpecMissing>()("SpecMissing", {}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return "Give -f with the file of a batch spec, or --spec with the id of one that was previewed"
  }
}

/** Somebody has to look at a plan before it is applied. @category errors */
export class PlanUnseen extends Schema.TaggedError<PlanUnseen>()("PlanUnseen", {
  batchSpecId: Schema.Number,
  plan: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `Nothing is applied: look at the plan first, with \`drover batch preview --spec ${this.batchSpecId}\`, and give its hash with --plan; or give --yes`
  }
}

/** Not everything came to a good end. @category errors */
export class ChangesetsFailed extends Schema.TaggedError<ChangesetsFailed>()("ChangesetsFailed", {
  failed: Schema.Number,
  of: Schema.Number
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `${this.failed} of ${this.of} changesets failed: see \`drover batch changesets\` with --state failed, and try them again with \`drover batch bulk retry\``
  }
}

/** @category errors */
export class BulkOperationFailed extends Schema.TaggedError<BulkOperationFailed>()("BulkOperationFailed", {
  id: Schema.Number,
  state: Schema.String,
  failed: Schema.Number,
  of: Schema.Number
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return this.state === "canceled"
      ? `Bulk operation ${this.id} was canceled: \`drover batch bulk resume ${this.id}\` goes on with it`
      : `${this.failed} of ${this.of} failed: \`drover batch bulk show ${this.id}\` says why, \`drover batch bulk resume ${this.id}\` tries them again`
  }
}
