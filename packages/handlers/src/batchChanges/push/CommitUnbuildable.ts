import { Schema } from "effect"

/**
 * A changeset spec gives no commit: its diff does not apply, its base is gone, or git cannot sign as its author.
 * Building it again gives the same answer.
 *
 * @category errors
 */
export class CommitUnbuildable extends Schema.TaggedError<CommitUnbuildable>()("CommitUnbuildable", {
  repository: Schema.String,
  /** What is wrong, and what to do; of a diff, in git's words. */
  reason: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `No commit can be made for ${this.repository}: ${this.reason}`
  }
}
