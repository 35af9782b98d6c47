/**
 * With what Drover proves at a code host who it acts for, and how that is kept.
 */
export {
  type Authenticator,
  AuthenticatorInvalid,
  type AuthenticatorKind,
  authenticatorHash,
  authenticatorKinds,
  AuthenticatorKindUnknown,
  CredentialNotChecked,
  CredentialRefused,
  type CredentialValidator,
  type HostAccount,
  type AuthenticatorOf,
  decodeAuthenticator,
  encodeAuthenticator,
  hasSshKey,
  lacksSshKey,
  publicKeyLine,
  type SshKey,
  sshKeyOf,
  type WithoutSsh,
  withoutSshKey,
  type WithSsh,
  withSshKey
} from "@drover/code-hosts"
export type { CheckCredentials, CheckedCredential, CheckOutcome } from "./checkCredentials.ts"
export * from "./CredentialError.ts"
export type { CredentialFor } from "./credentialFor.ts"
export { credentialOrder, type CredentialOwner, type CredentialSubject } from "./credentialOrder.ts"
export { CredentialStore } from "./CredentialStore.ts"
export * from "./encryption/EncryptionError.ts"
export type { WrappedKey } from "./encryption/Envelope.ts"
export {
  combineKeys,
  decided,
  decryptOnly,
  type DataKey,
  KeyProvider,
  type Keys,
  keysUndecided,
  layerOf,
  noKeys,
  type Place
} from "./keys/KeyProvider.ts"
export { layerFromSettings } from "./keys/configuredKeys.ts"
export { type KeySettings, keySettings } from "./keys/keySettings.ts"
export { checkKeys, type KeyInUse, keysInUse } from "./keysInUse.ts"
export { keysFromFile, keysFromText, layerFromFile, layerFromText, localKeys } from "./keys/localKeys.ts"
export { type LocalKey, parseKeys } from "./keys/parseKeys.ts"
export { addSshKeys } from "./migrations/addSshKeys.ts"
export {
  type EncryptCredentials,
  encryptSiteCredentials,
  encryptUserCredentials
} from "./migrations/encryptCredentials.ts"
export type { CredentialMigration, SshKeyMigration } from "./migrations/CredentialMigration.ts"
export { credentialMigrations } from "./migrations/index.ts"
export type { Rotated, RotateKeys, RotateProgress } from "./rotateKeys.ts"
export type { ListSiteCredentials, SiteCredential, SiteCredentialChoice, SiteScope } from "./siteCredentials.ts"
export { generateSshKey, type GenerateSshKey } from "./sshKeys/generateSshKey.ts"
export { gitOverSsh, type GitOverSsh } from "./sshKeys/gitOverSsh.ts"
export { SshKeyFailed } from "./sshKeys/SshKeyError.ts"
export { type SshKeyKind, sshKeyKindFor } from "./sshKeys/sshKeyKind.ts"
export type { ListUserCredentials, UserCredential, UserCredentialChoice, UserScope } from "./userCredentials.ts"
export { CredentialValidators } from "./validateCredential.ts"
