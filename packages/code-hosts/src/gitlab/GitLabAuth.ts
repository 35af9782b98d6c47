import type { Redacted } from "effect"
import type { Authenticator } from "../authenticators/Authenticator.ts"

/** As whom GitLab is asked. @category models */
export interface GitLabAuth {
  /** Personal, of a project or group, or of OAuth: as a bearer's GitLab takes them all. */
  readonly token: Redacted.Redacted
  /** The user that an administrator's token acts as. Git knows no such thing: what is pushed is the administrator's. */
  readonly sudo?: string | undefined
}

/** As whom a stored credential asks GitLab; undefined: it takes none of its kind. @category constructors */
export const gitLabAuthOf = (authenticator: Authenticator): GitLabAuth | undefined => {
  switch (authenticator._tag) {
    case "OAuthBearerToken":
    case "OAuthBearerTokenWithSSH":
      return { token: authenticator.token }
    case "GitLabSudoableToken":
      return { token: authenticator.token, sudo: authenticator.sudo }
    default:
      return undefined
  }
}
