import { Effect } from "effect"
import { type CodeHostError, UnauthorisedOnHost } from "../CodeHostError.ts"
import type { HostAccount } from "../CredentialValidator.ts"
import type { BitbucketServerApi } from "./BitbucketServerApi.ts"
import { HOST, settle } from "./BitbucketServerContext.ts"
import { ApplicationProperties } from "./schemas.ts"

const repository = { id: 0, name: "the API", path: "" }
const where = { host: HOST, repository: repository.name }

const properties = (api: BitbucketServerApi) => {
  const ask = { method: "GET", path: "/api/latest/application-properties", answer: ApplicationProperties } as const
  return settle(api.exchange(where, ask), { repository })
}

/** Whose the credential is, by one request, which changes nothing. Bitbucket does not say when a token ends. */
export const validate = (api: BitbucketServerApi): Effect.Effect<HostAccount, CodeHostError> =>
  Effect.flatMap(properties(api), ({ user }) =>
    // anybody may ask for these: it was taken for nobody's
    user === undefined ? Effect.fail(new UnauthorisedOnHost(where)) : Effect.succeed({ name: user, expiresAt: null })
  )

/** Which version it says that it is: `8.19.1`. */
export const readVersion = (api: BitbucketServerApi): Effect.Effect<string | undefined, CodeHostError> =>
  Effect.map(properties(api), ({ value }) => value.version ?? undefined)
