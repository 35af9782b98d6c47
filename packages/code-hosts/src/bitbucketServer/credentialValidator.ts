import { Effect } from "effect"
import { HttpClient } from "effect/http"
import { CredentialNotChecked, CredentialRefused, type CredentialValidator } from "../CredentialValidator.ts"
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
export const makeBitbucketServerCredentialValidator = Effect.fnUntraced(function* () {
  const client = yield* HttpClient.HttpClient
  const validator: CredentialValidator = {
    kind: HOST,
    validate: ({ authenticator, externalServiceId }) => {
      const host = `${HOST} ${externalServiceId}`
      const auth = bitbucketServerAuthOf(authenticator)
      if (auth === undefined) {
        const explanation = `it takes no ${authenticator._tag}, only a user with a password or token, or a token`
        return Effect.fail(new CredentialRefused({ host, explanation }))
      }
      const { restUrl } = bitbucketServer(externalServiceId)
      return validate(makeBitbucketServerApi({ restUrl, client, auth, gate: openGate })).pipe(
        Effect.mapError((error) => {
          if (error._tag === "UnauthorisedOnHost")
            return new CredentialRefused({ host, explanation: "bad credentials" })
          return error._tag === "ForbiddenOnHost"
            ? new CredentialRefused({ host, explanation: error.explanation })
            : new CredentialNotChecked({ host, explanation: error.message })
        })
      )
    }
  }
  return validator
})
