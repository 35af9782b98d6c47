/**
 * The out-of-band migrations that encrypt what is stored as plain text, and find out which key encrypted what does not
 * say so. Without keys, plain text only stops waiting.
 *
 * A row that cannot be read, or is no authenticator, is passed by: it stays as it is, and is named among the migration's
 * failed rows.
 *
 * Served by `user_credentials_unmigrated_idx` and `site_credentials_unmigrated_idx` forward, and by the primary keys back.
 */
import { decodeAuthenticator } from "@drover/code-hosts"
import { OutOfBandMigration } from "@drover/core"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { keyMarkers } from "../../schema/credentials.ts"
import { type CredentialTable, tableOf } from "../credentialTables.ts"
import { decided, KeyProvider } from "../keys/KeyProvider.ts"
import type { CredentialMigration } from "./CredentialMigration.ts"
import { plainText, readText, sealText, type StoredSecret } from "../storedSecret.ts"

/** @category options */
export interface EncryptCredentials {
  /**
   * Whether the way down is open: it stores credentials as plain text. Defaults to whether the keys only decrypt; where
   * they do not, the migration says so among its errors.
   */
  readonly allowDecrypt?: boolean | undefined
  /** Rows a step. Defaults to 5, so that a key service is not asked in bursts; more where local keys run to completion. */
  readonly batchSize?: number | undefined
}

/** Their ids are those of Sourcegraph's migrations, and given for ever. */
const migrationOf =
  (id: number, name: CredentialTable, description: string) =>
  ({ allowDecrypt, batchSize = 5 }: EncryptCredentials = {}): CredentialMigration => {
    const table = tableOf(name)
    const ofRows = OutOfBandMigration.ofRows({
      id,
      team: "batch-changes",
      component: "credentials",
      description,
      introduced: "0.1",
      interval: "5 seconds",
      batchSize,
      concurrency: 5, // a key service answers after a while
      table,
      key: table.id,
      unmigrated: sql`${table.encryptionKeyId} in ('unmigrated', 'previously-migrated')`,
      up: (row) => up(name, row),
      down: (row) => down(name, row)
    })
    const wayDown = Effect.flatMap(KeyProvider, ({ keys }) =>
      (allowDecrypt ?? keys?.decryptOnly === true) ? ofRows.down : closed
    )
    return { ...ofRows, up: Effect.andThen(decided, ofRows.up), down: Effect.andThen(decided, wayDown) }
  }

const closed = OutOfBandMigration.downNotAllowed(
  "it would store credentials as plain text. Where that is meant, set DROVER_ALLOW_DECRYPTION=true for everything that writes them"
)

const up = Effect.fnUntraced(function* (name: CredentialTable, row: StoredSecret) {
  const { keys } = yield* KeyProvider
  const text = yield* readText(keys, name, row)
  // the text goes on as it is: a newer release may have given it fields that this one does not know
  yield* Effect.fromResult(decodeAuthenticator(text))
  return yield* sealText(keys, name, row.id, text)
})

const down = Effect.fnUntraced(function* (name: CredentialTable, row: StoredSecret) {
  const { keys } = yield* KeyProvider
  return { ...plainText(yield* readText(keys, name, row)), encryptionKeyId: keyMarkers.unmigrated }
})

/** Out-of-band migration 9. @category migrations */
export const encryptUserCredentials: (options?: EncryptCredentials) => CredentialMigration = migrationOf(
  9,
  "user_credentials",
  "Encrypt the credentials of users"
)

/** Out-of-band migration 10. @category migrations */
export const encryptSiteCredentials: (options?: EncryptCredentials) => CredentialMigration = migrationOf(
  10,
  "site_credentials",
  "Encrypt the credentials of the site"
)
