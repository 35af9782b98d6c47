/**
 * What is no authenticator. The messages name kinds and fields, never what is in them.
 */
import { Schema } from "effect"

/** @category errors */
export class AuthenticatorKindUnknown extends Schema.TaggedError<AuthenticatorKindUnknown>()(
  "AuthenticatorKindUnknown",
  { kind: Schema.String, known: Schema.Array(Schema.String) }
) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no authenticator of kind ${JSON.stringify(this.kind)} in this release: use one of ${this.known.join(", ")}`
  }
}

/** @category errors */
export class AuthenticatorInvalid extends Schema.TaggedError<AuthenticatorInvalid>()("AuthenticatorInvalid", {
  reason: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `This is no authenticator: ${this.reason}. Set the credential again`
  }
}
