/**
 * Why something cannot be encrypted or read. None of these holds plain text, a key or what a library said of either.
 */
import { Schema } from "effect"

/** Which value of which row: `user_credentials:42:credential`. */
const place = Schema.String

/** The value is encrypted by a key that this process does not have. @category errors */
export class KeyMissing extends Schema.TaggedError<KeyMissing>()("KeyMissing", {
  place,
  /** Undefined: the row does not say. */
  keyId: Schema.optional(Schema.String),
  /** The keys that there are. */
  known: Schema.Array(Schema.String)
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    const key = this.keyId === undefined ? "" : ` with the key ${JSON.stringify(this.keyId)}`
    return this.known.length === 0
      ? `${this.place} is encrypted${key}, but no key is available: start with the keys that it was written under`
      : `${this.place} is encrypted${key}, which is none of ${this.known.join(", ")}: add it to the keys`
  }
}

/** The row says that one key encrypted the value, and the value says that another did. @category errors */
export class KeyMismatch extends Schema.TaggedError<KeyMismatch>()("KeyMismatch", {
  place,
  recorded: Schema.String,
  found: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `Key mismatch: the row says that ${JSON.stringify(this.recorded)} encrypted ${this.place}, and the value says ${JSON.stringify(this.found)}. One of them was changed: set the value again`
  }
}

/** The value is no envelope, or is cut. @category errors */
export class EnvelopeInvalid extends Schema.TaggedError<EnvelopeInvalid>()("EnvelopeInvalid", {
  place,
  reason: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `${this.place} is marked as encrypted and is no envelope: ${this.reason}. Set the value again`
  }
}

/** The key does not open it: another key under this id, a changed value, or a value of another row. @category errors */
export class DecryptionFailed extends Schema.TaggedError<DecryptionFailed>()("DecryptionFailed", {
  place,
  keyId: Schema.String
}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The key ${JSON.stringify(this.keyId)} does not open ${this.place}: it is not the key that the id stood for, or the value was changed, or moved from another row`
  }
}

/** The service that keeps the keys gave no answer, or refused. @category errors */
export class KeyServiceFailed extends Schema.TaggedError<KeyServiceFailed>()("KeyServiceFailed", {
  keyId: Schema.String,
  reason: Schema.String,
  /** False: it refuses this key, and would again. */
  retryable: Schema.Boolean
}) {
  override get message(): string {
    const advice = this.retryable ? "The same call may succeed later" : "Check the key's state and its policy"
    return `The key service failed for ${this.keyId}: ${this.reason}. ${advice}`
  }
}

/** The keys are not what they should be. @category errors */
export class KeysInvalid extends Schema.TaggedError<KeysInvalid>()("KeysInvalid", { reason: Schema.String }) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return `The encryption keys cannot be used: ${this.reason}`
  }
}

/** Nobody has said which keys encrypt credentials, nor that none do: they are not written. @category errors */
export class KeysUndecided extends Schema.TaggedError<KeysUndecided>()("KeysUndecided", {}) {
  get retryable(): boolean {
    return false
  }
  override get message(): string {
    return "Nothing says how credentials are encrypted: set DROVER_KEYS_FILE, DROVER_KEYS or DROVER_AWS_KMS_KEY; or DROVER_NO_KEYS=true for plain text"
  }
}

/** @category errors */
export type OpenError = KeyMissing | KeyMismatch | EnvelopeInvalid | DecryptionFailed | KeyServiceFailed
