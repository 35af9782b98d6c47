/**
 * What can be wrong with the protection of branches. Nothing was written.
 */
import { Schema } from "effect"

/**
 * A protection cannot be what was asked for.
 *
 * @category errors
 */
export class ProtectionRejected extends Schema.TaggedError<ProtectionRejected>()("ProtectionRejected", {
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
