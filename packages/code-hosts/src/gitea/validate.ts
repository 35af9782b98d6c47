import { Effect } from "effect"
import type { CodeHostError } from "../CodeHostError.ts"
import type { HostAccount } from "../CredentialValidator.ts"
import type { GiteaApi } from "./GiteaApi.ts"
import { settle } from "./GiteaContext.ts"
import { User } from "./schemas.ts"

/** Whose the token is, by one request, which changes nothing. Gitea's tokens do not end. */
export const validate = (api: GiteaApi): Effect.Effect<HostAccount, CodeHostError> => {
  const where = { host: "gitea", repository: "the API" }
  const asked = api.rest(where, { method: "GET", path: "/user", answer: User })
  return Effect.map(settle(asked, where, Effect.void), ({ login }) => ({ name: login, expiresAt: null }))
}
