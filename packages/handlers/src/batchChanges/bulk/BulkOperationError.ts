/**
 * Why a bulk operation was not made, or is not there. Nothing was written.
 */
import { Schema } from "effect"

/** There is no such bulk operation, or the actor may not know that there is. @category errors */
export class BulkOperationUnknown extends Schema.TaggedError<BulkOperationUnknown>()("BulkOperationUnknown", {
  id: Schema.Number
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no bulk operation ${this.id} that you may see`
  }
}

/** It cannot be what was asked for. @category errors */
export class BulkOperationRejected extends Schema.TaggedError<BulkOperationRejected>()("BulkOperationRejected", {
  field: Schema.String,
  rule: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The ${this.field} ${this.rule}`
  }
}

/** Some of the changesets are not of the batch change, or the actor may not read their repositories. @category errors */
export class ChangesetsNotFound extends Schema.TaggedError<ChangesetsNotFound>()("ChangesetsNotFound", {
  changesetIds: Schema.Array(Schema.Number)
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `some changesets could not be found: ${this.changesetIds.join(", ")}. Leave them out, or look at the batch change again`
  }
}

/** Not one of the chosen changesets is one that this can be done to. @category errors */
export class NothingToDo extends Schema.TaggedError<NothingToDo>()("NothingToDo", {
  type: Schema.String,
  refused: Schema.Array(Schema.Struct({ changesetId: Schema.Number, why: Schema.String }))
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const [first] = this.refused
    return first === undefined
      ? `No changeset was chosen to ${this.type}`
      : `There is no changeset to ${this.type}: of ${this.refused.length}, changeset ${first.changesetId} ${first.why}`
  }
}
