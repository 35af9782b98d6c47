import { Effect } from "effect"
import { HttpClient } from "effect/http"
import { credentialValidatorOf } from "../credentialValidatorOf.ts"
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
  return credentialValidatorOf({
    kind: "gitlab",
    takes: "a token",
    authOf: gitLabAuthOf,
    ask: (auth, at) => validate(makeGitLabApi({ apiUrl: addresses(at).apiUrl, client, auth, gate: openGate }))
  })
})
