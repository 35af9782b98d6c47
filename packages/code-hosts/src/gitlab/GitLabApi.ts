/**
 * REST of one GitLab, for one credential: strict in what is sent, narrow in what is read. Nothing is sent a second
 * time: who retries, and when, is decided elsewhere, for all machines together.
 */
import { Clock, Effect, Redacted, Schema } from "effect"
import type { HttpClient } from "effect/http"
import { decodeAnswer } from "../http/decodeAnswer.ts"
import { type HttpAsk, sendRequest } from "../http/sendRequest.ts"
import type { RequestGate } from "../RequestGate.ts"
import type { GitLabAuth } from "./GitLabAuth.ts"
import { limitsOf } from "./limitsOf.ts"
import { isRefusal, type Refusal, refusalOf, type Where } from "./refusalOf.ts"

/** @category options */
export interface Rest<Body, Answer> {
  readonly method: "GET" | "POST" | "PUT"
  /** Below the API: `/projects/acme%2Fbilling`. */
  readonly path: string
  readonly query?: HttpAsk["query"]
  /** What may be sent, and what is. */
  readonly body?: { readonly schema: Schema.Codec<Body, unknown>; readonly value: Body } | undefined
  /** What is read of the answer. */
  readonly answer: Schema.Codec<Answer, unknown>
  /** It makes something that people are told of. Defaults to no. */
  readonly content?: true
}

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
export const makeGitLabApi = ({ apiUrl, auth, client, gate }: GitLabConnection): GitLabApi => ({
  rest: Effect.fnUntraced(function* ({ host, repository }, { answer, body, content, method, path, query }) {
    const where = { host, repository }
    const sent = body === undefined ? undefined : encode(body.schema, body.value)
    const kind = method === "GET" ? "read" : content === true ? "content" : "write"
    yield* gate.enter({ ...where, kind })
    const headers = { accept: "application/json", ...(auth.sudo === undefined ? {} : { sudo: auth.sudo }) }
    const authorization = Redacted.make(`Bearer ${Redacted.value(auth.token)}`)
    const ask = { method, url: `${apiUrl}${path}`, query, body: sent, headers, authorization }
    const got = yield* sendRequest(client, ask, where)
    const now = yield* Clock.currentTimeMillis
    const refusal = isRefusal(got) ? refusalOf(got, where, now) : undefined
    yield* gate.seen(limitsOf(got, { ...where, kind }, restOf(refusal), now))
    if (refusal !== undefined) return yield* refusal
    return yield* decodeAnswer(answer, got, where)
  })
})

/** What is not in the schema is a mistake of ours: it would be ignored at the other end, and nobody would know. */
const encode = <Body>(schema: Schema.Codec<Body, unknown>, value: Body): unknown =>
  Schema.encodeUnknownSync(schema)(value, { onExcessProperty: "error" })

const restOf = (refusal: Refusal | undefined): number | null =>
  refusal?._tag === "RateLimited" || refusal?._tag === "HostUnavailable" ? (refusal.retryAfter ?? null) : null
