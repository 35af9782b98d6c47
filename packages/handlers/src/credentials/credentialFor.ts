/**
 * Reads the credential that is used for something, in the order of `credentialOrder`.
 */
import { Effect } from "effect"
import { CredentialsMissing } from "./CredentialError.ts"
import { credentialOrder, type CredentialSubject, userOf } from "./credentialOrder.ts"
import type { Keys } from "./keys/KeyProvider.ts"
import { openSiteCredential, type SiteScope } from "./siteCredentials.ts"
import { openUserCredential } from "./userCredentials.ts"

/** @category options */
export interface CredentialFor extends SiteScope {
  readonly subject: CredentialSubject
}

/**
 * One that is there and cannot be read fails: the next in the order would act as somebody else.
 */
export const credentialFor = Effect.fnUntraced(function* (keys: Keys | undefined, { subject, ...host }: CredentialFor) {
  for (const owner of credentialOrder(subject)) {
    const opening =
      owner === "site" ? openSiteCredential(keys, host) : openUserCredential(keys, { ...host, userId: owner.userId })
    const opened = yield* Effect.catchTag(opening, "CredentialUnknown", () => Effect.succeed(undefined))
    if (opened !== undefined) return { owner, ...opened }
  }
  return yield* new CredentialsMissing({ ...host, userId: userOf(subject) })
})
