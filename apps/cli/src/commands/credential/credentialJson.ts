import { type SiteCredential, type UserCredential } from "@drover/handlers/credentials"

/** As programs get it. The secret is in none of it. `owner` is a login, or null for the site. Pure. */
export const credentialJson = (credential: SiteCredential | UserCredential, owner: string | null) => {
  const { createdAt, encryptionKeyId, externalServiceId, externalServiceType, id, updatedAt } = credential
  return {
    id,
    owner,
    type: externalServiceType,
    host: externalServiceId,
    encryption: encryptionOf(encryptionKeyId),
    keyId: ["", "unmigrated", "previously-migrated"].includes(encryptionKeyId) ? null : encryptionKeyId,
    createdAt,
    updatedAt
  }
}

/** `waiting`: for its out-of-band migration. Pure. */
const encryptionOf = (keyId: string): "none" | "waiting" | "encrypted" => {
  if (keyId === "") return "none"
  return keyId === "unmigrated" || keyId === "previously-migrated" ? "waiting" : "encrypted"
}

export type CredentialJson = ReturnType<typeof credentialJson>
