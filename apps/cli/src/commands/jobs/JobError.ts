import { Schema } from "effect"

/** @category errors */
export class JobUnknown extends Schema.TaggedError<JobUnknown>()("JobUnknown", { id: Schema.Number }) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no job ${this.id}: it never was, or is past its retention. See \`drover jobs list\``
  }
}

/** Its state does not allow what was asked of it. @category errors */
export class JobRefused extends Schema.TaggedError<JobRefused>()("JobRefused", {
  id: Schema.Number,
  state: Schema.String,
  reason: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `Job ${this.id} is ${this.state}: ${this.reason}`
  }
}
