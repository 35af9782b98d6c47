/**
 * What REST of every host has alike: strict in what is sent, narrow in what is read; each request passes the gate, which
 * hears of each answer. Nothing is sent a second time: who retries, and when, is decided elsewhere, for all machines
 * together.
 */
import { Clock, Effect, type Redacted, Schema } from "effect"
import type { HttpClient } from "effect/http"
import { type CodeHostError, HostUnavailable, RateLimited } from "../CodeHostError.ts"
import type { EnteringRequest, GatedRequest, RequestGate, RequestKind, SeenLimits } from "../RequestGate.ts"
import { decodeAnswer } from "./decodeAnswer.ts"
import { type HttpAnswer, type HttpAsk, sendRequest, type Where } from "./sendRequest.ts"

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
  /** It makes something that people are told of: hosts allow fewer of these. Defaults to no. */
  readonly content?: true
}

/** What an answer says of the host's limits. @category models */
export type Limits = Omit<SeenLimits, keyof GatedRequest | "retryAfter">

/** Of a host that has none, or says nothing of them until they are reached. */
const unsaid: Limits = { resource: null, limit: null, remaining: null, resetAfter: null }

/** @category options */
export interface GatedConnection<Refusal> {
  readonly client: HttpClient.HttpClient
  readonly gate: RequestGate
  readonly headers: Readonly<Record<string, string>>
  /** The whole of the header. */
  readonly authorization: Effect.Effect<Redacted.Redacted, CodeHostError>
  /** What an answer means that is none of success. */
  readonly refusalOf: (answer: HttpAnswer, where: Where, now: number) => Refusal
  /** Defaults to a host that says nothing of them. */
  readonly limitsOf?: ((headers: HttpAnswer["headers"], now: number) => Limits) | undefined
}

/** Sends one request through the gate. @category constructors */
export const makeGatedSend = <Refusal>({
  authorization,
  client,
  gate,
  headers,
  limitsOf = () => unsaid,
  refusalOf
}: GatedConnection<Refusal>) =>
  Effect.fnUntraced(function* (
    { host, repository, resource }: Where & Pick<EnteringRequest, "resource">,
    kind: RequestKind,
    ask: Pick<HttpAsk, "method" | "url" | "query" | "body">
  ): Effect.fn.Return<HttpAnswer, Refusal | CodeHostError> {
    const where = { host, repository }
    const given = yield* authorization
    yield* gate.enter({ ...where, kind, resource })
    const got = yield* sendRequest(client, { ...ask, headers, authorization: given }, where)
    const now = yield* Clock.currentTimeMillis
    const refusal = isRefusal(got) ? { said: refusalOf(got, where, now) } : undefined
    yield* gate.seen({ ...where, kind, ...limitsOf(got.headers, now), retryAfter: restOf(refusal?.said) })
    return refusal === undefined ? got : yield* Effect.fail(refusal.said)
  })

/** REST over what sends it. @category constructors */
export const makeExchange = <Refusal>(apiUrl: string, send: ReturnType<typeof makeGatedSend<Refusal>>) =>
  Effect.fnUntraced(function* <Body, Answer>(
    where: Where,
    { answer, body, content, method, path, query }: Rest<Body, Answer>
  ) {
    const kind = method === "GET" ? "read" : content === true ? "content" : "write"
    const sent = body === undefined ? undefined : encode(body.schema, body.value)
    const got = yield* send(where, kind, { method, url: `${apiUrl}${path}`, query, body: sent })
    // nothing is read, and there may be nothing to read
    const value = answer === undefined ? (undefined as Answer) : yield* decodeAnswer(answer, got, where)
    return { headers: got.headers, value }
  })

export const isRefusal = ({ status }: Pick<HttpAnswer, "status">): boolean => status < 200 || status > 299

/** What is not in the schema is a mistake of ours: it would be ignored at the other end, and nobody would know. */
const encode = <Body>(schema: Schema.Codec<Body, unknown>, value: Body): unknown =>
  Schema.encodeUnknownSync(schema)(value, { onExcessProperty: "error" })

const restOf = (refusal: unknown): number | null =>
  refusal instanceof RateLimited || refusal instanceof HostUnavailable ? (refusal.retryAfter ?? null) : null
