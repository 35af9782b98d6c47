/** @category models */
export type SshKeyKind = "ed25519" | "rsa-4096"

/** Hosts that take RSA alone. */
const rsaOnly = new Set(["awscodecommit", "azuredevops"])

/** The kind of key that a kind of host takes, by its `externalServiceType`. Pure. @category getters */
export const sshKeyKindFor = (externalServiceType: string): SshKeyKind =>
  rsaOnly.has(externalServiceType.toLowerCase()) ? "rsa-4096" : "ed25519"
