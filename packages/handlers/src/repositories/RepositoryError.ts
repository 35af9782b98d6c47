import { Schema } from "effect"

/**
 * A repository cannot be what was asked for. Nothing was written.
 *
 * @category errors
 */
export class RepositoryRejected extends Schema.TaggedError<RepositoryRejected>()("RepositoryRejected", {
  field: Schema.Literals(["name", "path", "default branch", "visibility"]),
  rule: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The repository's ${this.field} ${this.rule}`
  }
}

/**
 * The repository's folder could not be read or written.
 *
 * @category errors
 */
export class RepositoryUnwritable extends Schema.TaggedError<RepositoryUnwritable>()("RepositoryUnwritable", {
  path: Schema.String,
  cause: Schema.Defect()
}) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    const reason = this.cause instanceof Error ? this.cause.message : String(this.cause)
    return `Drover cannot write to ${this.path}: ${reason}. Give the user that runs Drover the right to, and try again`
  }
}
