/**
 * Whether a code host takes a credential, and for whom: asked when it is added, and when somebody wants to know.
 */
import { type Effect, Schema } from "effect"
import type { Authenticator } from "./authenticators/Authenticator.ts"

/** Who the host says that it is. @category models */
export interface HostAccount {
  /** As the host names it. */
  readonly name: string
  /** When it ends; null: never, or the host does not say. */
  readonly expiresAt: Date | null
}

/** @category options */
export interface ValidateCredential {
  /** The host's address: `https://github.com/`. */
  readonly externalServiceId: string
  readonly authenticator: Authenticator
}

/**
 * One for each kind of host. It makes one cheap request, which changes nothing. The address comes from whoever adds the
 * credential: it must be one that the operator has set up, or be guarded as webhooks are.
 *
 * @category models
 */
export interface CredentialValidator {
  /** The kind of host, as `externalServiceType` has it: `github`. */
  readonly kind: string
  readonly validate: (
    options: ValidateCredential
  ) => Effect.Effect<HostAccount, CredentialRefused | CredentialNotChecked>
}

/** The host was asked, and does not take it; or its kind takes no such kind of authenticator. @category errors */
export class CredentialRefused extends Schema.TaggedError<CredentialRefused>()("CredentialRefused", {
  /** `github https://github.com/`. */
  host: Schema.String,
  /** In the host's words. */
  explanation: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `${this.host} does not take the credential: ${this.explanation}. It may have expired, be cut, or be another host's`
  }
}

/** The host gave no answer that says anything of the credential. @category errors */
export class CredentialNotChecked extends Schema.TaggedError<CredentialNotChecked>()("CredentialNotChecked", {
  host: Schema.String,
  explanation: Schema.String
}) {
  get retryable(): boolean {
    return true
  }
  override get message(): string {
    return `${this.host} could not be asked about the credential: ${this.explanation}. Try again, or leave the check out`
  }
}
