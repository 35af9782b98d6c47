/**
 * As whom Bitbucket is asked.
 */
import { Redacted } from "effect"
import type { Authenticator } from "../authenticators/Authenticator.ts"
import type { GitCredential } from "../remote/RemoteGit.ts"

/** A user with a password, or with a token in its place; or a token alone. @category models */
export type BitbucketServerAuth =
  | { readonly username: string; readonly password: Redacted.Redacted }
  | { readonly token: Redacted.Redacted }

/** As whom a stored credential asks; undefined: it takes none of its kind. @category constructors */
export const bitbucketServerAuthOf = (authenticator: Authenticator): BitbucketServerAuth | undefined => {
  switch (authenticator._tag) {
    case "BasicAuth":
    case "BasicAuthWithSSH":
      return { username: authenticator.username, password: authenticator.password }
    case "OAuthBearerToken":
    case "OAuthBearerTokenWithSSH":
      return { token: authenticator.token }
    default:
      return undefined
  }
}

/** The header of a request. */
export const authorizationOf = (auth: BitbucketServerAuth): Redacted.Redacted => {
  if ("token" in auth) return Redacted.make(`Bearer ${Redacted.value(auth.token)}`)
  const proof = Buffer.from(`${auth.username}:${Redacted.value(auth.password)}`).toString("base64")
  return Redacted.make(`Basic ${proof}`)
}

export const gitCredentialOf = (auth: BitbucketServerAuth): GitCredential =>
  "token" in auth ? { bearer: auth.token } : auth
