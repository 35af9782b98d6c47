import { Effect } from "effect"
import { HttpClient } from "effect/http"
import { credentialValidatorOf } from "../credentialValidatorOf.ts"
import { openGate } from "../RequestGate.ts"
import { bitbucketServer } from "./bitbucketServer.ts"
import { makeBitbucketServerApi } from "./BitbucketServerApi.ts"
import { bitbucketServerAuthOf } from "./BitbucketServerAuth.ts"
import { HOST } from "./BitbucketServerContext.ts"
import { validate } from "./validate.ts"

/**
 * Asks a Bitbucket Server or Data Center whose a password or token is.
 *
 * @category constructors
 */
export const makeBitbucketServerCredentialValidator = Effect.fnUntraced(function* (
  addresses: (externalServiceId: string) => { readonly restUrl: string } = bitbucketServer
) {
  const client = yield* HttpClient.HttpClient
  return credentialValidatorOf({
    kind: HOST,
    takes: "a user with a password or token, or a token",
    authOf: bitbucketServerAuthOf,
    ask: (auth, at) =>
      validate(makeBitbucketServerApi({ restUrl: addresses(at).restUrl, client, auth, gate: openGate }))
  })
})
