/**
 * REST of one GitLab, for one credential.
 */
import { Effect, Redacted } from "effect"
import type { HttpClient } from "effect/http"
import { makeExchange, makeGatedSend, type Rest } from "../http/gatedApi.ts"
import { limitsOf } from "../http/limitsOf.ts"
import type { Where } from "../http/sendRequest.ts"
import type { RequestGate } from "../RequestGate.ts"
import type { GitLabAuth } from "./GitLabAuth.ts"
import { type Refusal, refusalOf } from "./refusalOf.ts"

/** @category models */
export interface GitLabApi {
  readonly rest: <Body, Answer>(where: Where, ask: Rest<Body, Answer>) => Effect.Effect<Answer, Refusal>
}

/** @category options */
export interface GitLabConnection {
  /** `https://gitlab.com/api/v4` */
  readonly apiUrl: string
  readonly client: HttpClient.HttpClient
  readonly auth: GitLabAuth
  readonly gate: RequestGate
}

/** @category constructors */
export const makeGitLabApi = ({ apiUrl, auth, client, gate }: GitLabConnection): GitLabApi => {
  const headers = { accept: "application/json", ...(auth.sudo === undefined ? {} : { sudo: auth.sudo }) }
  const authorization = Effect.succeed(Redacted.make(`Bearer ${Redacted.value(auth.token)}`))
  const limits = limitsOf("", "name")
  const send = makeGatedSend({ client, gate, headers, authorization, refusalOf, limitsOf: limits })
  const exchange = makeExchange(apiUrl, send)
  return { rest: (where, ask) => Effect.map(exchange(where, ask), ({ value }) => value) }
}
