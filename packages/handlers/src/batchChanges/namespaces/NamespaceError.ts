/**
 * Namespaces that there are not, and that cannot be.
 */
import { Schema } from "effect"

/**
 * There is no such namespace, it is deleted, or the actor may not use it.
 *
 * @category errors
 */
export class NamespaceUnknown extends Schema.TaggedError<NamespaceUnknown>()("NamespaceUnknown", {
  namespace: Schema.Union([Schema.String, Schema.Number])
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no namespace ${this.namespace} that you may use: it is your own login, or an organisation whose member you are`
  }
}

/**
 * A namespace cannot be what was asked for. Nothing was written.
 *
 * @category errors
 */
export class NamespaceRejected extends Schema.TaggedError<NamespaceRejected>()("NamespaceRejected", {
  namespace: Schema.String,
  rule: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The namespace "${this.namespace}" ${this.rule}`
  }
}
