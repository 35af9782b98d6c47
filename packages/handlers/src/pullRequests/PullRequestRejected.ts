import { Schema } from "effect"

/**
 * A pull request cannot be what was asked for. Nothing was written.
 *
 * @category errors
 */
export class PullRequestRejected extends Schema.TaggedError<PullRequestRejected>()("PullRequestRejected", {
  field: Schema.Literals(["repository", "title", "base", "head"]),
  rule: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The pull request's ${this.field} ${this.rule}`
  }
}
