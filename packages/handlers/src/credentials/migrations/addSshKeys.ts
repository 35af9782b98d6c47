/**
 * The out-of-band migration that gives every credential of batch changes a key for SSH, where its kind can have one; the
 * way down takes the key away.
 *
 * Served by `user_credentials_without_ssh_idx` forward, and by the primary key back.
 */
import {
  type Authenticator,
  encodeAuthenticator,
  hasSshKey,
  lacksSshKey,
  withoutSshKey,
  withSshKey
} from "@drover/code-hosts"
import { OutOfBandMigration } from "@drover/core"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { keyMarkers, userCredentials as table } from "../../schema/credentials.ts"
import { decided, KeyProvider } from "../keys/KeyProvider.ts"
import { generateSshKey } from "../sshKeys/generateSshKey.ts"
import { sshKeyKindFor } from "../sshKeys/sshKeyKind.ts"
import type { SshKeyMigration } from "./CredentialMigration.ts"
import { plainText, readSecret, writeSecret } from "../storedSecret.ts"

type Row = typeof table.$inferSelect

const up = Effect.fnUntraced(function* (row: Row) {
  const { keys } = yield* KeyProvider
  const authenticator = yield* readSecret(keys, "user_credentials", row)
  const secret = lacksSshKey(authenticator)
    ? yield* inItsForm(
        row,
        withSshKey(authenticator, yield* generateSshKey({ kind: sshKeyKindFor(row.externalServiceType) }))
      )
    : {}
  return { ...secret, sshMigrationApplied: true }
})

const down = Effect.fnUntraced(function* (row: Row) {
  const { keys } = yield* KeyProvider
  const authenticator = yield* readSecret(keys, "user_credentials", row)
  const secret = hasSshKey(authenticator) ? yield* inItsForm(row, withoutSshKey(authenticator)) : {}
  return { ...secret, sshMigrationApplied: false }
})

/** Plain text that waits for its own migration, or has come back by it, stays so: that one alone moves it. */
const inItsForm = Effect.fnUntraced(function* (row: Row, authenticator: Authenticator) {
  if (row.encryptionKeyId === keyMarkers.unmigrated) {
    return plainText(yield* Effect.fromResult(encodeAuthenticator(authenticator)))
  }
  const { keys } = yield* KeyProvider
  return yield* writeSecret(keys, "user_credentials", row.id, authenticator)
})

const ofRows = OutOfBandMigration.ofRows({
  id: 2,
  team: "batch-changes",
  component: "credentials",
  description: "Give the credentials of users a key for SSH",
  introduced: "0.1",
  interval: "5 seconds",
  batchSize: 5,
  concurrency: 5, // each waits for a process
  table,
  key: table.id,
  domain: sql`${table.domain} = 'batches'`,
  unmigrated: sql`not ${table.sshMigrationApplied}`,
  migrated: sql`${table.sshMigrationApplied}`,
  up,
  down
})

/** Out-of-band migration 2, as in Sourcegraph. @category migrations */
export const addSshKeys: SshKeyMigration = {
  ...ofRows,
  up: Effect.andThen(decided, ofRows.up),
  down: Effect.andThen(decided, ofRows.down)
}
