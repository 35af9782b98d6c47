import { Effect } from "effect"
import { HttpClient } from "effect/http"
import { credentialValidatorOf } from "../credentialValidatorOf.ts"
import { openGate } from "../RequestGate.ts"
import { authOf } from "./authOf.ts"
import { addressesOf } from "./github.ts"
import { makeGitHubApi } from "./GitHubApi.ts"
import { validate } from "./validate.ts"

/**
 * Asks GitHub, or an enterprise server, whose a token is.
 *
 * @category constructors
 */
export const makeGitHubCredentialValidator = Effect.fnUntraced(function* (
  addresses: (externalServiceId: string) => { readonly apiUrl: string; readonly graphqlUrl: string } = addressesOf
) {
  const client = yield* HttpClient.HttpClient
  return credentialValidatorOf({
    kind: "github",
    takes: "a token",
    authOf,
    ask: (auth, at) => validate({ api: makeGitHubApi({ client, auth, gate: openGate, ...addresses(at) }), auth })
  })
})
