import { Effect } from "effect"
import { HttpClient } from "effect/http"
import { CredentialNotChecked, CredentialRefused, type CredentialValidator } from "../CredentialValidator.ts"
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
export const makeGiteaCredentialValidator = Effect.fnUntraced(function* () {
  const client = yield* HttpClient.HttpClient
  const validator: CredentialValidator = {
    kind: "gitea",
    validate: ({ authenticator, externalServiceId }) => {
      const host = `gitea ${externalServiceId}`
      const token = giteaTokenOf(authenticator)
      if (token === undefined) {
        const explanation = `it takes no ${authenticator._tag}, only a token`
        return Effect.fail(new CredentialRefused({ host, explanation }))
      }
      const { apiUrl } = giteaServer(externalServiceId)
      return validate(makeGiteaApi({ apiUrl, client, token, gate: openGate })).pipe(
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
