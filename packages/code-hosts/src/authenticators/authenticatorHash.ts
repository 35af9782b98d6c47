import { Result } from "effect"
import { createHash } from "node:crypto"
import type { Authenticator } from "./Authenticator.ts"
import type { AuthenticatorInvalid, AuthenticatorKindUnknown } from "./AuthenticatorError.ts"
import { fieldsOf } from "./codec.ts"

/**
 * SHA-256 in hex over the kind and all fields: the same for the same authenticator, in every process and release, so
 * that clients can be kept by it. Pure.
 *
 * @category getters
 */
export const authenticatorHash = (
  authenticator: Authenticator
): Result.Result<string, AuthenticatorKindUnknown | AuthenticatorInvalid> =>
  Result.map(fieldsOf(authenticator), (fields) => {
    const sorted = Object.entries(fields).toSorted(([one], [other]) => (one < other ? -1 : 1))
    // JSON, so that no two fields can be read as others
    return createHash("sha256")
      .update(JSON.stringify([authenticator._tag, sorted]))
      .digest("hex")
  })
