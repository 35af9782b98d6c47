/**
 * Under which keys credentials are encrypted, and whether this program has them. Reads both tables once.
 */
import { Database, type DatabaseError } from "@drover/core"
import { count, notInArray } from "drizzle-orm"
import { Effect } from "effect"
import { keyMarkers } from "../schema/credentials.ts"
import { CredentialsUnreadable } from "./CredentialError.ts"
import { tableOf } from "./credentialTables.ts"
import { KeyProvider } from "./keys/KeyProvider.ts"

/** @category models */
export interface KeyInUse {
  /** `previously-migrated`: which key it is shows in the envelope. */
  readonly keyId: string
  readonly credentials: number
}

/** Those of users and of the site together, by the key's id. @category queries */
export const keysInUse: Effect.Effect<ReadonlyArray<KeyInUse>, DatabaseError, Database> = Effect.gen(function* () {
  const { run } = yield* Database
  const totals = new Map<string, number>()
  for (const name of ["user_credentials", "site_credentials"] as const) {
    const { encryptionKeyId: keyId } = tableOf(name)
    const rows = yield* run((db) =>
      db
        .select({ keyId, credentials: count() })
        .from(tableOf(name))
        .where(notInArray(keyId, [keyMarkers.plain, keyMarkers.unmigrated]))
        .groupBy(keyId)
    )
    for (const row of rows) totals.set(row.keyId, (totals.get(row.keyId) ?? 0) + row.credentials)
  }
  return [...totals]
    .map(([keyId, credentials]) => ({ keyId, credentials }))
    .toSorted((one, other) => (one.keyId < other.keyId ? -1 : 1))
})

/**
 * Fails with `CredentialsUnreadable` where credentials are encrypted and the program has no key at all. Where it has some
 * and others are missing it warns: one credential that is lost stops nothing else.
 *
 * @category commands
 */
export const checkKeys = Effect.gen(function* () {
  const { keys } = yield* KeyProvider
  const used = yield* keysInUse
  const total = used.reduce((sum, { credentials }) => sum + credentials, 0)
  if (total === 0) return
  const keyIds = used.map(({ keyId }) => keyId).filter((keyId) => keyId !== keyMarkers.previouslyMigrated)
  if (keys === undefined) return yield* new CredentialsUnreadable({ credentials: total, keyIds })
  const missing = used.filter(({ keyId }) => keyIds.includes(keyId) && !keys.keyIds.includes(keyId))
  for (const { credentials, keyId } of missing) {
    yield* Effect.logWarning(`${credentials} credential(s) are encrypted with the key ${keyId}, which is not set`)
  }
})
