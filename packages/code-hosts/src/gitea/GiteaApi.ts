/**
 * The API of one Gitea or Forgejo, for one token.
 */
import { Effect, Redacted } from "effect"
import type { HttpClient } from "effect/http"
import { makeExchange, makeGatedSend, type Rest } from "../http/gatedApi.ts"
import type { Where } from "../http/sendRequest.ts"
import type { RequestGate } from "../RequestGate.ts"
import { type Refusal, refusalOf } from "./refusalOf.ts"

/** @category models */
export interface GiteaApi {
  readonly rest: <Body, Answer>(where: Where, ask: Rest<Body, Answer>) => Effect.Effect<Answer, Refusal>
}

/** @category options */
export interface GiteaConnection {
  /** `https://gitea.example.com/api/v1` */
  readonly apiUrl: string
  readonly client: HttpClient.HttpClient
  readonly token: Redacted.Redacted
  readonly gate: RequestGate
}

/** Gitea has no limits of its own; a proxy in front of it may. @category constructors */
export const makeGiteaApi = ({ apiUrl, client, gate, token }: GiteaConnection): GiteaApi => {
  const headers = { accept: "application/json" }
  const authorization = Effect.succeed(Redacted.make(`token ${Redacted.value(token)}`))
  const exchange = makeExchange(apiUrl, makeGatedSend({ client, gate, headers, authorization, refusalOf }))
  return { rest: (where, ask) => Effect.map(exchange(where, ask), ({ value }) => value) }
}
