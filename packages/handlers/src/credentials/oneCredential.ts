/**
 * What is done with one credential, whoever's it is. Served by the primary keys and the unique keys of the scopes.
 */
import type { Authenticator } from "@drover/code-hosts"
import { Database, DatabaseClock } from "@drover/core"
import { eq, type SQL, sql } from "drizzle-orm"
import { Effect } from "effect"
import { CredentialUnknown } from "./CredentialError.ts"
import { type CredentialTable, tableOf } from "./credentialTables.ts"
import type { Keys } from "./keys/KeyProvider.ts"
import { readSecret, writeSecret } from "./storedSecret.ts"

export interface One {
  readonly name: CredentialTable
  readonly where: SQL | undefined
  /** For people, where there is none: `site credential 5`. */
  readonly described: string
}

const unknown = ({ described }: One) => new CredentialUnknown({ credential: described })

/** Its id, and its authenticator. */
export const openOne = Effect.fnUntraced(function* (keys: Keys | undefined, one: One) {
  const { run } = yield* Database
  const { credential, encryptionKeyId, id } = tableOf(one.name)
  const [row] = yield* run((db) =>
    db.select({ id, credential, encryptionKeyId }).from(tableOf(one.name)).where(one.where)
  )
  return row === undefined ? yield* unknown(one) : { id: row.id, authenticator: yield* readSecret(keys, one.name, row) }
})

/** With the current key, whatever key it was under before; without keys as plain text. */
export const setOne = Effect.fnUntraced(function* (keys: Keys | undefined, one: One, authenticator: Authenticator) {
  const { run } = yield* Database
  const table = tableOf(one.name)
  const [row] = yield* run((db) => db.select({ id: table.id }).from(table).where(one.where))
  if (row === undefined) return yield* unknown(one)
  const secret = yield* writeSecret(keys, one.name, row.id, authenticator)
  const updatedAt = yield* DatabaseClock
  const written = yield* run((db) =>
    db
      .update(table)
      .set({ ...secret, updatedAt })
      .where(eq(table.id, row.id))
      .returning({ id: table.id })
  )
  // it may have been removed while the key service was asked
  if (written.length === 0) return yield* unknown(one)
})

export const removeOne = Effect.fnUntraced(function* (one: One) {
  const { run } = yield* Database
  const table = tableOf(one.name)
  const gone = yield* run((db) => db.delete(table).where(one.where).returning({ id: table.id }))
  if (gone.length === 0) return yield* unknown(one)
})

/** The id of a row to come: its envelope is bound to it. */
export const nextId = Effect.fnUntraced(function* (name: CredentialTable) {
  const { run } = yield* Database
  const [row] = yield* run((db) =>
    db.execute<{ id: string }>(sql`select nextval(pg_get_serial_sequence(${name}, 'id')) as id`)
  )
  return Number(row!.id)
})
