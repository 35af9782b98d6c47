/**
 * Why a workspace is not worked on, for reasons that are not in the spec.
 */
import { Schema } from "effect"

/**
 * The disk of this host does not do as it should. Another attempt, or another host, may.
 *
 * @category errors
 */
export class CheckoutUnavailable extends Schema.TaggedError<CheckoutUnavailable>()("CheckoutUnavailable", {
  cause: Schema.Defect()
}) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    const reason = this.cause instanceof Error ? this.cause.message : String(this.cause)
    return `The temporary checkout could not be made or read: ${reason}. See that the folder for temporary files exists, is writable and has space`
  }
}

/**
 * The repository takes no changes any more.
 *
 * @category errors
 */
export class RepositoryClosed extends Schema.TaggedError<RepositoryClosed>()("RepositoryClosed", {
  repository: Schema.String,
  why: Schema.Literals(["archived", "deleted"])
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `${this.repository} was ${this.why} after the spec was made: make the spec again without it`
  }
}
