import { Effect } from "effect"
import { HttpClient } from "effect/http"
import { credentialValidatorOf } from "../credentialValidatorOf.ts"
import { openGate } from "../RequestGate.ts"
import { giteaTokenOf } from "./authOf.ts"
import { giteaServer } from "./gitea.ts"
import { makeGiteaApi } from "./GiteaApi.ts"
import { validate } from "./validate.ts"

/**
 * Asks a Gitea or a Forgejo whose a token is.
 *
 * @category constructors
 */
export const makeGiteaCredentialValidator = Effect.fnUntraced(function* (
  addresses: (externalServiceId: string) => { readonly apiUrl: string } = giteaServer
) {
  const client = yield* HttpClient.HttpClient
  return credentialValidatorOf({
    kind: "gitea",
    takes: "a token",
    authOf: giteaTokenOf,
    ask: (token, at) => validate(makeGiteaApi({ apiUrl: addresses(at).apiUrl, client, token, gate: openGate }))
  })
})
