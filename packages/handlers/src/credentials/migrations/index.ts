import { addSshKeys } from "./addSshKeys.ts"
import type { SshKeyMigration } from "./CredentialMigration.ts"
import { type EncryptCredentials, encryptSiteCredentials, encryptUserCredentials } from "./encryptCredentials.ts"

/** All of credentials, for a runner. They need a `KeyProvider`. @category migrations */
export const credentialMigrations = (options: EncryptCredentials = {}): ReadonlyArray<SshKeyMigration> => [
  addSshKeys,
  encryptUserCredentials(options),
  encryptSiteCredentials(options)
]
