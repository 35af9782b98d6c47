import { Effect } from "effect"
import { HttpClient } from "effect/http"
import { CredentialNotChecked, CredentialRefused, type CredentialValidator } from "../CredentialValidator.ts"
import { openGate } from "../RequestGate.ts"
import { gitLabServer } from "./gitlab.ts"
import { makeGitLabApi } from "./GitLabApi.ts"
import { gitLabAuthOf } from "./GitLabAuth.ts"
import { validate } from "./validate.ts"

/** Asks GitLab whose a token is. @category constructors */
export const makeGitLabCredentialValidator = Effect.fnUntraced(function* (
  addresses: (externalServiceId: string) => { readonly apiUrl: string } = gitLabServer
) {
  const client = yield* HttpClient.HttpClient
  const validator: CredentialValidator = {
    kind: "gitlab",
    validate: ({ authenticator, externalServiceId }) => {
      const host = `gitlab ${externalServiceId}`
      const auth = gitLabAuthOf(authenticator)
      if (auth === undefined) {
        const explanation = `it takes no ${authenticator._tag}, only a token`
        return Effect.fail(new CredentialRefused({ host, explanation }))
      }
      const { apiUrl } = addresses(externalServiceId)
      return validate(makeGitLabApi({ apiUrl, client, auth, gate: openGate })).pipe(
        Effect.mapError((error) => {
          if (error._tag === "UnauthorisedOnHost")
            return new CredentialRefused({ host, explanation: "bad credentials" })
          if (error._tag === "ForbiddenOnHost") return new CredentialRefused({ host, explanation: error.explanation })
          return new CredentialNotChecked({ host, explanation: error.message })
        })
      )
    }
  }
  return validator
})
