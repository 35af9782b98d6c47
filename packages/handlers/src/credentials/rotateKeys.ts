/**
 * Brings every credential under the current key. Of one that is encrypted only the data key is wrapped anew; one that
 * was written as plain text, when there was no key, is encrypted. Those that wait for their out-of-band migration are
 * left to it.
 *
 * Reads the tables once, by their primary keys. No row is locked while a key service is asked: one that was changed
 * meanwhile is under the current key already, and stays as it is. Stopped and started again, it goes on with what is left.
 */
import { Database } from "@drover/core"
import { and, asc, count, eq, gt, ne, notInArray } from "drizzle-orm"
import { Effect } from "effect"
import { keyMarkers } from "../schema/credentials.ts"
import { type ByActor, requireOperator } from "./credentialAccess.ts"
import { type CredentialTable, tableOf } from "./credentialTables.ts"
import { KeysInvalid } from "./encryption/EncryptionError.ts"
import { rewrap } from "./encryption/sealing.ts"
import type { Keys } from "./keys/KeyProvider.ts"
import { envelopeOf, placeOf, readText, sealText, type StoredSecret } from "./storedSecret.ts"

/** @category options */
export interface RotateKeys extends ByActor {
  /** Rows a statement reads. Defaults to 100. */
  readonly batchSize?: number | undefined
  /** Rows at once: what a key service is asked at the same time. Defaults to 4. */
  readonly concurrency?: number | undefined
  /** Called at the start, and after each batch. Defaults to nothing. */
  readonly onProgress?: ((progress: RotateProgress) => Effect.Effect<void>) | undefined
}

/** @category models */
export interface RotateProgress {
  /** Rows that were looked at, whatever came of it. */
  readonly done: number
  /** Rows that were not under the current key at the start. */
  readonly total: number
}

/** @category models */
export interface Rotated {
  /** Their data keys are under the current key now. */
  readonly rewrapped: number
  /** They were plain text. */
  readonly encrypted: number
  /** They are as they were. */
  readonly failed: ReadonlyArray<{ readonly credential: string; readonly message: string }>
}

/** Fails where the key service is away; a row that cannot be read is reported, and the others go on. */
export const rotateKeys = Effect.fnUntraced(function* (keys: Keys | undefined, options: RotateKeys) {
  if (keys === undefined) return yield* new KeysInvalid({ reason: "there is none to rotate to" })
  if (keys.decryptOnly === true)
    return yield* new KeysInvalid({ reason: "they only decrypt, and cannot be rotated to" })
  yield* requireOperator(options.actorId, "rotate keys")
  const left = yield* countRows(keys.currentKeyId)
  const tell = (done: number) => options.onProgress?.({ done, total: Math.max(done, left) }) ?? Effect.void
  yield* tell(0)
  const parts: Array<Rotated> = []
  for (const name of ["user_credentials", "site_credentials"] as const) {
    let after = 0
    for (;;) {
      const rows = yield* nextRows(name, keys.currentKeyId, after, options.batchSize ?? 100)
      if (rows.length === 0) break
      after = rows.at(-1)!.id
      parts.push(
        ...(yield* Effect.forEach(rows, (row) => rotateRow(keys, name, row), { concurrency: options.concurrency ?? 4 }))
      )
      yield* tell(parts.length)
    }
  }
  const sum = (field: "rewrapped" | "encrypted") => parts.reduce((total, part) => total + part[field], 0)
  return {
    rewrapped: sum("rewrapped"),
    encrypted: sum("encrypted"),
    failed: parts.flatMap((part) => part.failed)
  } satisfies Rotated
})

const notUnder = (name: CredentialTable, keyId: string) => {
  const { encryptionKeyId } = tableOf(name)
  const waiting = [keyMarkers.unmigrated, keyMarkers.previouslyMigrated]
  return and(ne(encryptionKeyId, keyId), notInArray(encryptionKeyId, waiting))
}

const countRows = Effect.fnUntraced(function* (keyId: string) {
  const { run } = yield* Database
  let total = 0
  for (const name of ["user_credentials", "site_credentials"] as const) {
    const [row] = yield* run((db) => db.select({ rows: count() }).from(tableOf(name)).where(notUnder(name, keyId)))
    total += row?.rows ?? 0
  }
  return total
})

const nextRows = Effect.fnUntraced(function* (name: CredentialTable, keyId: string, after: number, limit: number) {
  const { run } = yield* Database
  const table = tableOf(name)
  const { credential, encryptionKeyId, id } = table
  return yield* run((db) =>
    db
      .select({ id, credential, encryptionKeyId })
      .from(table)
      .where(and(gt(id, after), notUnder(name, keyId)))
      .orderBy(asc(id))
      .limit(limit)
  )
})

const rotateRow = Effect.fnUntraced(function* (keys: Keys, name: CredentialTable, row: StoredSecret) {
  const plain = row.encryptionKeyId === keyMarkers.plain
  const secret = yield* Effect.result(plain ? encrypt(keys, name, row) : wrapAnew(keys, name, row))
  if (secret._tag === "Failure") {
    const { failure } = secret
    if (failure.retryable) return yield* failure
    const failed = [{ credential: placeOf(name, row.id), message: failure.message }]
    return { rewrapped: 0, encrypted: 0, failed } satisfies Rotated
  }
  const { run } = yield* Database
  const table = tableOf(name)
  const written = yield* run((db) =>
    db
      .update(table)
      .set(secret.success)
      .where(
        and(eq(table.id, row.id), eq(table.encryptionKeyId, row.encryptionKeyId), eq(table.credential, row.credential))
      )
      .returning({ id: table.id })
  )
  return { rewrapped: plain ? 0 : written.length, encrypted: plain ? written.length : 0, failed: [] } satisfies Rotated
})

const encrypt = Effect.fnUntraced(function* (keys: Keys, name: CredentialTable, row: StoredSecret) {
  return yield* sealText(keys, name, row.id, yield* readText(keys, name, row))
})

const wrapAnew = Effect.fnUntraced(function* (keys: Keys, name: CredentialTable, row: StoredSecret) {
  const { envelope, place } = yield* envelopeOf(keys, name, row)
  const { bytes, keyId } = yield* rewrap(keys, envelope, place)
  return { credential: bytes, encryptionKeyId: keyId }
})
