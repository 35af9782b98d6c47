/**
 * Why nobody can speak to a code host. Nothing was sent. None of them passes by itself.
 */
import { Schema } from "effect"

/** @category errors */
export class CredentialMissing extends Schema.TaggedError<CredentialMissing>()("CredentialMissing", {
  repository: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `user does not have a valid credential for repository "${this.repository}": add one with \`drover credential add\``
  }
}

/** @category errors */
export class CredentialCannotPush extends Schema.TaggedError<CredentialCannotPush>()("CredentialCannotPush", {
  repository: Schema.String,
  /** The kind of authenticator. */
  kind: Schema.String,
  over: Schema.Literals(["ssh", "https"])
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return this.over === "ssh"
      ? `The credential for "${this.repository}" has no SSH key, and its remote is reached over SSH: add one that has`
      : `cannot use credentials of type ${this.kind} to push commits to "${this.repository}"`
  }
}

/** @category errors */
export type HostCredentialError = CredentialMissing | CredentialCannotPush
