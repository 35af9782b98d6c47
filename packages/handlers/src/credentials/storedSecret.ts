/**
 * An authenticator as the columns `credential` and `encryption_key_id` have it, and back. The markers are read as
 * `keyMarkers` says.
 */
import { type Authenticator, decodeAuthenticator, encodeAuthenticator } from "@drover/code-hosts"
import { Effect, Redacted } from "effect"
import { keyMarkers } from "../schema/credentials.ts"
import type { CredentialTable } from "./credentialTables.ts"
import { KeyMismatch, KeyMissing } from "./encryption/EncryptionError.ts"
import { readEnvelope, seal, unseal } from "./encryption/sealing.ts"
import type { Keys, Place } from "./keys/KeyProvider.ts"

/** @category models */
export interface StoredSecret {
  readonly id: number
  readonly credential: Uint8Array
  readonly encryptionKeyId: string
}

export const placeOf = (table: CredentialTable, id: number): Place => `${table}:${id}:credential`

/** It is plain text, waiting to be encrypted or not. Pure. */
export const isPlain = (encryptionKeyId: string): boolean =>
  encryptionKeyId === keyMarkers.plain || encryptionKeyId === keyMarkers.unmigrated

/** Encrypts with the current key; without keys, or where they only read, it is plain text, under the empty id. */
export const writeSecret = Effect.fnUntraced(function* (
  keys: Keys | undefined,
  table: CredentialTable,
  id: number,
  authenticator: Authenticator
) {
  const text = yield* Effect.fromResult(encodeAuthenticator(authenticator))
  return yield* sealText(keys, table, id, text)
})

export const sealText = Effect.fnUntraced(function* (
  keys: Keys | undefined,
  table: CredentialTable,
  id: number,
  text: Redacted.Redacted
) {
  if (keys === undefined || keys.decryptOnly === true) {
    return { ...plainText(text), encryptionKeyId: keyMarkers.plain }
  }
  const { bytes, keyId } = yield* seal(keys, text, placeOf(table, id))
  return { credential: bytes, encryptionKeyId: keyId }
})

export const plainText = (text: Redacted.Redacted) => ({ credential: Buffer.from(Redacted.value(text)) })

/** The JSON of the authenticator, whatever form it is stored in. */
export const readText = Effect.fnUntraced(function* (
  keys: Keys | undefined,
  table: CredentialTable,
  stored: StoredSecret
) {
  if (isPlain(stored.encryptionKeyId)) return Redacted.make(Buffer.from(stored.credential).toString("utf8"))
  const { envelope, keys: all, place } = yield* envelopeOf(keys, table, stored)
  return yield* unseal(all, envelope, place)
})

/** Of a row that is encrypted, with the keys that there must be for it. */
export const envelopeOf = Effect.fnUntraced(function* (
  keys: Keys | undefined,
  table: CredentialTable,
  { credential, encryptionKeyId, id }: StoredSecret
) {
  const place = placeOf(table, id)
  const recorded = encryptionKeyId === keyMarkers.previouslyMigrated ? undefined : encryptionKeyId
  if (keys === undefined) return yield* new KeyMissing({ place, keyId: recorded, known: [] })
  const envelope = yield* readEnvelope(credential, place)
  if (recorded !== undefined && recorded !== envelope.keyId) {
    return yield* new KeyMismatch({ place, recorded, found: envelope.keyId })
  }
  return { envelope, keys, place }
})

export const readSecret = Effect.fnUntraced(function* (
  keys: Keys | undefined,
  table: CredentialTable,
  stored: StoredSecret
) {
  return yield* Effect.fromResult(decodeAuthenticator(yield* readText(keys, table, stored)))
})
