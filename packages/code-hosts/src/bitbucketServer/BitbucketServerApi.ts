/**
 * The API of one Bitbucket Server or Data Center, for one credential: strict in what is sent, narrow in what is read.
 * Nothing is sent a second time: who retries, and when, is decided elsewhere, for all machines together.
 */
import { Clock, Effect, Schema } from "effect"
import type { HttpClient } from "effect/http"
import { decodeAnswer } from "../http/decodeAnswer.ts"
import { type HttpAsk, sendRequest } from "../http/sendRequest.ts"
import type { RequestGate } from "../RequestGate.ts"
import { authorizationOf, type BitbucketServerAuth } from "./BitbucketServerAuth.ts"
import { isRefusal, type Refusal, refusalOf, type Where } from "./refusalOf.ts"
import { userOf } from "./userOf.ts"

/** @category options */
export interface Rest<Body, Answer> {
  readonly method: HttpAsk["method"]
  /** Below the server's REST: `/api/latest/projects/ACME/repos/billing`. */
  readonly path: string
  readonly query?: HttpAsk["query"]
  /** What may be sent, and what is. */
  readonly body?: { readonly schema: Schema.Codec<Body, unknown>; readonly value: Body } | undefined
  /** What is read of the answer; left out: nothing. */
  readonly answer?: Schema.Codec<Answer, unknown> | undefined
  /** It makes something that people are told of. Defaults to no. */
  readonly content?: true
}

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
const HEADERS = { accept: "application/json", "x-atlassian-token": "no-check" }

/** Bitbucket says nothing of its limits until they are reached. */
const unsaid = { resource: null, limit: null, remaining: null, resetAfter: null }

/** @category constructors */
export const makeBitbucketServerApi = (connection: BitbucketServerConnection): BitbucketServerApi => {
  const { client, gate, restUrl } = connection
  const authorization = authorizationOf(connection.auth)
  const exchange: BitbucketServerApi["exchange"] = Effect.fnUntraced(function* <Body, Answer>(
    { host, repository }: Where,
    { answer, body, content, method, path, query }: Rest<Body, Answer>
  ) {
    const where = { host, repository }
    const kind = method === "GET" ? "read" : content === true ? "content" : "write"
    const sent = body === undefined ? undefined : encode(body.schema, body.value)
    yield* gate.enter({ ...where, kind })
    const ask = { method, url: `${restUrl}${path}`, query, headers: HEADERS, authorization, body: sent }
    const got = yield* sendRequest(client, ask, where)
    const refusal = isRefusal(got) ? refusalOf(got, where, yield* Clock.currentTimeMillis) : undefined
    yield* gate.seen({ ...where, kind, ...unsaid, retryAfter: restOf(refusal) })
    if (refusal !== undefined) return yield* Effect.fail(refusal)
    // nothing is read, and there may be nothing to read
    const value = answer === undefined ? (undefined as Answer) : yield* decodeAnswer(answer, got, where)
    return { value, user: userOf(got.headers) }
  })
  return { exchange, rest: (where, ask) => Effect.map(exchange(where, ask), ({ value }) => value) }
}

/** What is not in the schema is a mistake of ours: it would be ignored at the other end, and nobody would know. */
const encode = <Body>(schema: Schema.Codec<Body, unknown>, value: Body): unknown =>
  Schema.encodeUnknownSync(schema)(value, { onExcessProperty: "error" })

const restOf = (refusal: Refusal | undefined): number | null =>
  refusal?._tag === "RateLimited" || refusal?._tag === "HostUnavailable" ? (refusal.retryAfter ?? null) : null
