/**
 * Plain text into its envelope, and out again: a data key for each value, wrapped by the provider's current key. The
 * place is authenticated with both, so that nothing opens in another row.
 */
import { Effect, Redacted } from "effect"
import type { Keys, Place } from "../keys/KeyProvider.ts"
import { decrypt, encrypt } from "./aesGcm.ts"
import { type Envelope, format, parse } from "./Envelope.ts"
import { DecryptionFailed, EnvelopeInvalid } from "./EncryptionError.ts"

/** An envelope as it is stored, and the key that its data key is wrapped by. @category models */
export interface Sealed {
  readonly keyId: string
  readonly bytes: Uint8Array
}

/** @category operations */
export const seal = Effect.fnUntraced(function* (keys: Keys, plaintext: Redacted.Redacted, place: Place) {
  const { key, keyId, wrapped } = yield* keys.newDataKey(place)
  const message = encrypt(Redacted.value(key), Buffer.from(Redacted.value(plaintext)), place)
  erase(key)
  return { keyId, bytes: format({ keyId, wrapped, message }) } satisfies Sealed
})

/** @category operations */
export const unseal = Effect.fnUntraced(function* (keys: Keys, envelope: Envelope, place: Place) {
  const key = yield* keys.unwrap(envelope, place)
  const plaintext = decrypt(Redacted.value(key), envelope.message, place)
  erase(key)
  if (plaintext === undefined) return yield* new DecryptionFailed({ place, keyId: envelope.keyId })
  return Redacted.make(Buffer.from(plaintext).toString("utf8"), { label: "authenticator" })
})

/** The same value under the current key: its data key is wrapped anew, and what that encrypts is not touched. @category operations */
export const rewrap = Effect.fnUntraced(function* (keys: Keys, envelope: Envelope, place: Place) {
  const key = yield* keys.unwrap(envelope, place)
  const { keyId, wrapped } = yield* keys.wrap(key, place).pipe(Effect.ensuring(Effect.sync(() => erase(key))))
  return { keyId, bytes: format({ keyId, wrapped, message: envelope.message }) } satisfies Sealed
})

export const readEnvelope = (bytes: Uint8Array, place: Place): Effect.Effect<Envelope, EnvelopeInvalid> => {
  const envelope = parse(bytes)
  return typeof envelope === "string"
    ? Effect.fail(new EnvelopeInvalid({ place, reason: envelope }))
    : Effect.succeed(envelope)
}

/** Data keys live for one value; they do not wait for the collector in the process's memory. */
const erase = (key: Redacted.Redacted<Uint8Array>): void => {
  Redacted.value(key).fill(0)
  Redacted.wipeUnsafe(key)
}
