/**
 * The API of one Bitbucket Server or Data Center, for one credential.
 */
import { Effect } from "effect"
import type { HttpClient } from "effect/http"
import { makeExchange, makeGatedSend, type Rest } from "../http/gatedApi.ts"
import type { Where } from "../http/sendRequest.ts"
import type { RequestGate } from "../RequestGate.ts"
import { authorizationOf, type BitbucketServerAuth } from "./BitbucketServerAuth.ts"
import { type Refusal, refusalOf } from "./refusalOf.ts"
import { userOf } from "./userOf.ts"

/** @category models */
export interface BitbucketServerApi {
  /** With whom Bitbucket took it for, where it says so. */
  readonly exchange: <Body, Answer>(
    where: Where,
    ask: Rest<Body, Answer>
  ) => Effect.Effect<{ readonly value: Answer; readonly user: string | undefined }, Refusal>
  readonly rest: <Body, Answer>(where: Where, ask: Rest<Body, Answer>) => Effect.Effect<Answer, Refusal>
}

/** @category options */
export interface BitbucketServerConnection {
  /** `https://bitbucket.example.com/rest` */
  readonly restUrl: string
  readonly client: HttpClient.HttpClient
  readonly auth: BitbucketServerAuth
  readonly gate: RequestGate
}

/** Without it a write that sends no JSON is taken for a forged one. */
const headers = { accept: "application/json", "x-atlassian-token": "no-check" }

/** Bitbucket says nothing of its limits until they are reached. @category constructors */
export const makeBitbucketServerApi = ({
  auth,
  client,
  gate,
  restUrl
}: BitbucketServerConnection): BitbucketServerApi => {
  const authorization = Effect.succeed(authorizationOf(auth))
  const exchange = makeExchange(restUrl, makeGatedSend({ client, gate, headers, authorization, refusalOf }))
  return {
    exchange: (where, ask) =>
      Effect.map(exchange(where, ask), (got) => ({ value: got.value, user: userOf(got.headers) })),
    rest: (where, ask) => Effect.map(exchange(where, ask), ({ value }) => value)
  }
}
