/**
 * What a credential cannot be, and what there is not. Nothing was written.
 */
import type { AuthenticatorInvalid, AuthenticatorKindUnknown } from "@drover/code-hosts"
import { Schema } from "effect"
import type { DatabaseError } from "@drover/core"
import type { OpenError } from "./encryption/EncryptionError.ts"

/** @category errors */
export class CredentialUnknown extends Schema.TaggedError<CredentialUnknown>()("CredentialUnknown", {
  /** `user credential 5`, or `site credential for github https://github.com/`. */
  credential: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is no ${this.credential}: list the credentials`
  }
}

/** There is one for the same host, and the same user. @category errors */
export class CredentialExists extends Schema.TaggedError<CredentialExists>()("CredentialExists", {
  credential: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `There is a ${this.credential} already: set its authenticator, or remove it first`
  }
}

/** @category errors */
export class CredentialRejected extends Schema.TaggedError<CredentialRejected>()("CredentialRejected", {
  field: Schema.String,
  rule: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The credential's ${this.field} ${this.rule}`
  }
}

/** @category errors */
export class CredentialForbidden extends Schema.TaggedError<CredentialForbidden>()("CredentialForbidden", {
  /** `work on credentials of the site`. */
  what: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `Only the operator may ${this.what}`
  }
}

/** Nobody has a credential for the host that may be used here. @category errors */
export class CredentialsMissing extends Schema.TaggedError<CredentialsMissing>()("CredentialsMissing", {
  externalServiceType: Schema.String,
  externalServiceId: Schema.String,
  /** Null: only the site's credential would do. */
  userId: Schema.NullOr(Schema.Number)
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const whose =
      this.userId === null ? "a site credential" : `a credential of user ${this.userId}, or a site credential,`
    return `There are no credentials for ${this.externalServiceType} ${this.externalServiceId}: add ${whose} for it`
  }
}

/** Credentials are encrypted, and the program that starts has no keys. @category errors */
export class CredentialsUnreadable extends Schema.TaggedError<CredentialsUnreadable>()("CredentialsUnreadable", {
  /** How many. */
  credentials: Schema.Number,
  /** The keys that they name. */
  keyIds: Schema.Array(Schema.String)
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const by = this.keyIds.length === 0 ? "" : ` with ${this.keyIds.join(", ")}`
    return `${this.credentials} credential(s) are encrypted${by}, and there are no keys: set DROVER_KEYS_FILE, DROVER_KEYS or DROVER_AWS_KMS_KEY to those that they were written under`
  }
}

/** A stored credential cannot be read. @category errors */
export type ReadError = OpenError | AuthenticatorInvalid | AuthenticatorKindUnknown | DatabaseError
