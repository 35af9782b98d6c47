import type { Redacted } from "effect"
import type { Authenticator } from "../authenticators/Authenticator.ts"

/** The token that a stored credential is; undefined: Gitea's API is asked with no other kind. @category constructors */
export const giteaTokenOf = (authenticator: Authenticator): Redacted.Redacted | undefined => {
  switch (authenticator._tag) {
    case "OAuthBearerToken":
    case "OAuthBearerTokenWithSSH":
      return authenticator.token
    default:
      return undefined
  }
}
