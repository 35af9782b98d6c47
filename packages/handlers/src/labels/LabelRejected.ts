import { Schema } from "effect"

/**
 * A label cannot be what was asked for. Nothing was written.
 *
 * @category errors
 */
export class LabelRejected extends Schema.TaggedError<LabelRejected>()("LabelRejected", {
  label: Schema.String,
  rule: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The label ${JSON.stringify(this.label)} ${this.rule}`
  }
}
