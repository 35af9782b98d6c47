/**
 * What can be wrong with what was asked of comments and reviews. Nothing was written.
 */
import { Schema } from "effect"

/**
 * There is no such comment or review, or the actor may not see it.
 *
 * @category errors
 */
export class CommentNotFound extends Schema.TaggedError<CommentNotFound>()("CommentNotFound", {
  kind: Schema.Literals(["comment", "review", "review comment"]),
  id: Schema.Number
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no ${this.kind} with the id ${this.id} that you may see`
  }
}

/**
 * A comment or a review cannot be what was asked for.
 *
 * @category errors
 */
export class CommentRejected extends Schema.TaggedError<CommentRejected>()("CommentRejected", {
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

/**
 * Only who wrote it may do this, or who has a larger role.
 *
 * @category errors
 */
export class NotTheAuthor extends Schema.TaggedError<NotTheAuthor>()("NotTheAuthor", {
  what: Schema.String,
  role: Schema.Literals(["write", "admin"])
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `Only its author, or somebody with the role "${this.role}", may change this ${this.what}`
  }
}
