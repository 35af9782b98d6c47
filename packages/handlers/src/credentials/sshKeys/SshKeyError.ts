import { Schema } from "effect"

/** `ssh-keygen` is not there or did not make a key, or a key's files could not be written. Nothing of a key is in it. @category errors */
export class SshKeyFailed extends Schema.TaggedError<SshKeyFailed>()("SshKeyFailed", { reason: Schema.String }) {
  /** It is the machine's fault and no credential's: whoever waits for a key tries again. */
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    return `No SSH key could be made or used: ${this.reason}. This takes OpenSSH's client, and a temporary folder that can be written`
  }
}
