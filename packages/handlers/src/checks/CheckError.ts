/**
 * What can be wrong with what a program said of a commit. Nothing was written.
 */
import { Schema } from "effect"

/**
 * A status, a check run or a check suite cannot be what was asked for.
 *
 * @category errors
 */
export class CheckRejected extends Schema.TaggedError<CheckRejected>()("CheckRejected", {
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
 * There is no such check run or check suite, or the actor may not know that there is.
 *
 * @category errors
 */
export class CheckNotFound extends Schema.TaggedError<CheckNotFound>()("CheckNotFound", {
  kind: Schema.Literals(["check run", "check suite"]),
  id: Schema.Number
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no ${this.kind} with the id ${this.id}`
  }
}
