/**
 * The API of one Gitea or Forgejo, for one token: strict in what is sent, narrow in what is read. Nothing is sent a
 * second time: who retries, and when, is decided elsewhere, for all machines together.
 */
import { Clock, Effect, Redacted, Schema } from "effect"
import type { HttpClient } from "effect/http"
import { decodeAnswer } from "../http/decodeAnswer.ts"
import { type HttpAsk, sendRequest } from "../http/sendRequest.ts"
import type { RequestGate } from "../RequestGate.ts"
import { isRefusal, type Refusal, refusalOf, type Where } from "./refusalOf.ts"

/** @category options */
export interface Rest<Body, Answer> {
  readonly method: HttpAsk["method"]
  /** Below the API: `/repos/acme/billing/pulls`. */
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

/** @category constructors */
export const makeGiteaApi = ({ apiUrl, client, gate, token }: GiteaConnection): GiteaApi => ({
  rest: Effect.fnUntraced(function* <Body, Answer>(
    { host, repository }: Where,
    { answer, body, content, method, path, query }: Rest<Body, Answer>
  ) {
    const where = { host, repository }
    const kind = method === "GET" ? "read" : content === true ? "content" : "write"
    const sent = body === undefined ? undefined : encode(body.schema, body.value)
    yield* gate.enter({ ...where, kind })
    const authorization = Redacted.make(`token ${Redacted.value(token)}`)
    const headers = { accept: "application/json" }
    const url = `${apiUrl}${path}`
    const got = yield* sendRequest(client, { method, url, query, headers, authorization, body: sent }, where)
    const refusal = isRefusal(got) ? refusalOf(got, where, yield* Clock.currentTimeMillis) : undefined
    const retryAfter = restOf(refusal)
    // Gitea has no limits of its own; a proxy in front of it may
    const unsaid = { resource: null, limit: null, remaining: null, resetAfter: null }
    yield* gate.seen({ ...where, kind, ...unsaid, retryAfter })
    if (refusal !== undefined) return yield* Effect.fail(refusal)
    // nothing is read, and there may be nothing to read
    return answer === undefined ? (undefined as Answer) : yield* decodeAnswer(answer, got, where)
  })
})

/** What is not in the schema is a mistake of ours: it would be ignored at the other end, and nobody would know. */
const encode = <Body>(schema: Schema.Codec<Body, unknown>, value: Body): unknown =>
  Schema.encodeUnknownSync(schema)(value, { onExcessProperty: "error" })

const restOf = (refusal: Refusal | undefined): number | null =>
  refusal?._tag === "RateLimited" || refusal?._tag === "HostUnavailable" ? (refusal.retryAfter ?? null) : null
