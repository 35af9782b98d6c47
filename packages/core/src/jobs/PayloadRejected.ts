/**
 * The payload does not fit the kind's schema, or holds text that Postgres
 * cannot store. Mend the caller: the same payload will not fit tomorrow.
 */
import { Schema } from "effect"

/**
 * At an enqueue: nothing was enqueued. Before a handler is called: the job is `failed` at once, with this message.
 *
 * @category errors
 */
export class PayloadRejected extends Schema.TaggedError<PayloadRejected>()("PayloadRejected", {
  kind: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `The payload does not fit the job kind "${this.kind}": ${this.reason}`
  }
  get retryable() {
    return false
  }
}
