import { Effect } from "effect"
import type { CodeHostError } from "../CodeHostError.ts"
import type { HostAccount } from "../CredentialValidator.ts"
import { type GitHubContext, settleRead } from "./GitHubContext.ts"
import { User } from "./schemas.ts"

/**
 * Whose the credential is, by one request, which changes nothing. An installation is no user, and good if it is given a
 * new token.
 */
export const validate = ({ api, auth }: GitHubContext): Effect.Effect<HostAccount, CodeHostError> => {
  const { installationId } = auth
  if (installationId !== undefined) {
    const account = { name: `installation ${installationId}`, expiresAt: null }
    return Effect.as(Effect.andThen(auth.forget, auth.token), account)
  }
  const where = { host: "github", repository: "the API" }
  const asked = api.exchange(where, { method: "GET", path: "/user", answer: User })
  return Effect.map(settleRead(asked, where), ({ headers, value }) => ({
    name: value.login,
    expiresAt: expiryOf(headers["github-authentication-token-expiration"])
  }))
}

/** `2026-12-01 10:00:00 UTC`, or with an offset in place of the name. */
const expiryOf = (said: string | undefined): Date | null => {
  const at = Date.parse((said ?? "").replace(" UTC", "Z").replace(" ", "T").replace(" ", ""))
  return Number.isNaN(at) ? null : new Date(at)
}
