import { addSshKeys } from "./addSshKeys.ts"
import { type EncryptCredentials, encryptSiteCredentials, encryptUserCredentials } from "./encryptCredentials.ts"

/** All of credentials, for a runner. They need a `KeyProvider`. @category migrations */
export const credentialMigrations = (options: EncryptCredentials = {}) =>
  [addSshKeys, encryptUserCredentials(options), encryptSiteCredentials(options)] as const
