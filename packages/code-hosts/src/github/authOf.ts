import type { Authenticator } from "../authenticators/Authenticator.ts"
import { type GitHubAuth, tokenAuth } from "./GitHubAuth.ts"

/**
 * As whom a stored credential asks GitHub; undefined: GitHub takes none of its kind. It has refused passwords for years,
 * and signs nothing with OAuth 1.
 *
 * @category constructors
 */
export const authOf = (authenticator: Authenticator): GitHubAuth | undefined => {
  switch (authenticator._tag) {
    case "OAuthBearerToken":
    case "OAuthBearerTokenWithSSH":
      return tokenAuth(authenticator.token)
    default:
      return undefined
  }
}
