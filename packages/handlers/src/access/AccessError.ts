/**
 * Who may not, and what there is not. Nothing was written.
 */
import { Schema } from "effect"
import { roles } from "../schema/users.ts"

/**
 * There is no such repository, or the actor may not know that there is.
 *
 * @category errors
 */
export class RepositoryUnknown extends Schema.TaggedError<RepositoryUnknown>()("RepositoryUnknown", {
  repository: Schema.Union([Schema.String, Schema.Number])
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no repository ${this.repository} that you may see`
  }
}

/**
 * The actor's role in the repository is too small for what was asked.
 *
 * @category errors
 */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", {
  repository: Schema.String,
  needed: Schema.Literals(roles),
  role: Schema.Literals(roles)
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `This takes the role "${this.needed}" in ${this.repository}, and yours is "${this.role}": an admin of it can raise it`
  }
}

/**
 * A user, a token or a membership cannot be what was asked for.
 *
 * @category errors
 */
export class AccessRejected extends Schema.TaggedError<AccessRejected>()("AccessRejected", {
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
