/** Credentials as migrations find them, and what is to be seen of a migration. */
import { Database, OutOfBandMigrations, outOfBandMigrationsFailedRows } from "@drover/core"
import { Effect, Redacted, Result } from "effect"
import { type CredentialTable, tableOf } from "../../src/credentials/credentialTables.ts"
import {
  type Authenticator,
  credentialMigrations,
  CredentialStore,
  encodeAuthenticator
} from "../../src/credentials/index.ts"
import { alterStored, newHost, newScope, token } from "./support.ts"

const tables = ["user_credentials", "site_credentials"] as const
export const empty = Database.use(({ run }) =>
  Effect.andThen(
    run((db) => db.delete(outOfBandMigrationsFailedRows)),
    Effect.forEach(tables, (name) => run((db) => db.delete(tableOf(name))), { discard: true })
  )
)

export const create = Effect.fnUntraced(function* (name: CredentialTable, authenticator: Authenticator) {
  const store = yield* CredentialStore
  return name === "user_credentials"
    ? yield* store.users.create({ ...(yield* newScope), authenticator })
    : yield* store.site.create({ ...newHost(), authenticator })
})

export const open = Effect.fnUntraced(function* (name: CredentialTable, id: number) {
  const store = yield* CredentialStore
  const opened = yield* name === "user_credentials" ? store.users.open({ id }) : store.site.open({ id })
  return opened.authenticator
})

export const plainOf = (authenticator: Authenticator) =>
  Buffer.from(Redacted.value(Result.getOrThrow(encodeAuthenticator(authenticator))))

/** Five that wait as plain text, and five whose key was not written down; each with a token of its own. */
export const tenUnmigrated = Effect.fnUntraced(function* (name: CredentialTable) {
  const ids: Array<number> = []
  for (let n = 0; n < 10; n++) {
    const authenticator = token(`PLANTED-${n}`)
    const { id } = yield* create(name, authenticator)
    ids.push(id)
    yield* alterStored(
      name,
      id,
      n < 5
        ? { credential: plainOf(authenticator), encryptionKeyId: "unmigrated" }
        : { encryptionKeyId: "previously-migrated" }
    )
  }
  return ids
})

export const runnerOf = (options: { readonly allowDecrypt?: boolean } = {}) =>
  OutOfBandMigrations.make({ migrations: credentialMigrations(options) })

export const stateOf = Effect.fnUntraced(function* (id: number) {
  const state = (yield* OutOfBandMigrations.list).find((each) => each.id === id)!
  return { progress: state.progress, errors: state.errors.map(({ message }) => message) }
})

export const requireMigration = (name: CredentialTable) =>
  Effect.map(
    Database.use(({ run }) => run((db) => db.select({ key: tableOf(name).encryptionKeyId }).from(tableOf(name)))),
    (rows) => rows.filter(({ key }) => key === "unmigrated" || key === "previously-migrated").length
  )

export const tokens = (name: CredentialTable, ids: ReadonlyArray<number>) =>
  Effect.forEach(ids, (id) =>
    Effect.map(open(name, id), (each) => (each._tag === "OAuthBearerToken" ? Redacted.value(each.token) : each._tag))
  )
export const planted = Array.from({ length: 10 }, (_, n) => `PLANTED-${n}`)
