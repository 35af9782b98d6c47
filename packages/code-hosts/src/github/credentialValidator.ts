import { Effect } from "effect"
import { HttpClient } from "effect/http"
import { CredentialNotChecked, CredentialRefused, type CredentialValidator } from "../CredentialValidator.ts"
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
  const validator: CredentialValidator = {
    kind: "github",
    validate: ({ authenticator, externalServiceId }) => {
      const host = `github ${externalServiceId}`
      const auth = authOf(authenticator)
      if (auth === undefined) {
        const explanation = `it takes no ${authenticator._tag}, only a token`
        return Effect.fail(new CredentialRefused({ host, explanation }))
      }
      const api = makeGitHubApi({ client, auth, gate: openGate, ...addresses(externalServiceId) })
      return validate({ api, auth }).pipe(
        Effect.mapError((error) =>
          error._tag === "UnauthorisedOnHost" || error._tag === "ForbiddenOnHost"
            ? new CredentialRefused({
                host,
                explanation: error._tag === "ForbiddenOnHost" ? error.explanation : "bad credentials"
              })
            : new CredentialNotChecked({ host, explanation: error.message })
        )
      )
    }
  }
  return validator
})
