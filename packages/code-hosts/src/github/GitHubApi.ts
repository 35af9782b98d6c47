/**
 * REST and GraphQL of one GitHub, for one credential: strict in what is sent, narrow in what is read. Nothing is sent
 * a second time: who retries, and when, is decided elsewhere, for all machines together.
 */
import { Clock, Effect, Schema } from "effect"
import type { HttpClient } from "effect/http"
import type { GitHubAuth } from "./GitHubAuth.ts"
import type { RequestGate, RequestKind } from "../RequestGate.ts"
import { decodeAnswer } from "../http/decodeAnswer.ts"
import { graphqlRefusalOf, GraphqlErrors } from "./graphqlRefusalOf.ts"
import { limitsOf } from "./limitsOf.ts"
import type { Where } from "./rateLimitOf.ts"
import { isRefusal, type Refusal, refusalOf } from "./refusalOf.ts"
import type { HttpAnswer } from "../http/sendRequest.ts"
import { type GitHubAsk, sendToGitHub } from "./sendToGitHub.ts"

/** @category options */
export interface Rest<Body, Answer> {
  readonly method: GitHubAsk["method"]
  /** Below the API: `/repos/acme/billing/pulls`. */
  readonly path: string
  readonly query?: GitHubAsk["query"]
  /** What may be sent, and what is. */
  readonly body?: { readonly schema: Schema.Codec<Body, unknown>; readonly value: Body } | undefined
  /** What is read of the answer. */
  readonly answer: Schema.Codec<Answer, unknown>
  /** It makes something that people are told of: GitHub allows fewer of these. Defaults to no. */
  readonly content?: true
}

/** @category options */
export interface Graphql<Answer> {
  readonly document: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly answer: Schema.Codec<Answer, unknown>
  /** Which errors leave the rest of the answer of use. Defaults to none. */
  readonly tolerate?: ((error: (typeof GraphqlErrors.Type)[number]) => boolean) | undefined
}

/** @category models */
export interface GitHubApi {
  /** With what the answer says beside its body. */
  readonly exchange: <Body, Answer>(
    where: Where,
    ask: Rest<Body, Answer>
  ) => Effect.Effect<{ readonly headers: HttpAnswer["headers"]; readonly value: Answer }, Refusal>
  readonly rest: <Body, Answer>(where: Where, ask: Rest<Body, Answer>) => Effect.Effect<Answer, Refusal>
  readonly graphql: <Answer>(where: Where, ask: Graphql<Answer>) => Effect.Effect<Answer, Refusal>
}

/** @category options */
export interface GitHubAddresses {
  /** `https://api.github.com`, `https://github.example.com/api/v3` */
  readonly apiUrl: string
  /** `https://api.github.com/graphql`, `https://github.example.com/api/graphql` */
  readonly graphqlUrl: string
}

/** @category options */
export interface GitHubConnection extends GitHubAddresses {
  readonly client: HttpClient.HttpClient
  readonly auth: GitHubAuth
  readonly gate: RequestGate
}

/** @category constructors */
export const makeGitHubApi = ({ apiUrl, auth, client, gate, graphqlUrl }: GitHubConnection): GitHubApi => {
  const send = Effect.fnUntraced(function* (
    { host, repository }: Where,
    kind: RequestKind,
    ask: Omit<GitHubAsk, "token">
  ) {
    const where = { host, repository }
    const token = yield* auth.token
    yield* gate.enter({ ...where, kind })
    const answer = yield* sendToGitHub(client, { ...ask, token }, where)
    const now = yield* Clock.currentTimeMillis
    const refusal = isRefusal(answer) ? refusalOf(answer, where, now) : undefined
    yield* gate.seen(limitsOf(answer, { ...where, kind }, restOf(refusal), now))
    if (refusal === undefined) return answer
    if (refusal._tag === "UnauthorisedOnHost") yield* auth.forget
    return yield* refusal
  })

  const exchange: GitHubApi["exchange"] = Effect.fnUntraced(function* (
    where,
    { answer, body, content, method, path, query }
  ) {
    const sent = body === undefined ? undefined : encode(body.schema, body.value)
    const kind = method === "GET" ? "read" : content === true ? "content" : "write"
    const got = yield* send(where, kind, { method, url: `${apiUrl}${path}`, query, body: sent })
    return { headers: got.headers, value: yield* decodeAnswer(answer, got, where) }
  })

  return {
    exchange,
    rest: (where, ask) => Effect.map(exchange(where, ask), ({ value }) => value),
    graphql: Effect.fnUntraced(function* (where, { answer, document, tolerate = () => false, variables }) {
      const body = { query: document, variables }
      const kind = document.trimStart().startsWith("mutation") ? "write" : "read"
      const got = yield* send(where, kind, { method: "POST", url: graphqlUrl, body })
      const { errors } = yield* decodeAnswer(Schema.Struct({ errors: Schema.optional(GraphqlErrors) }), got, where)
      const fatal = errors?.find((error) => !tolerate(error))
      if (fatal !== undefined) {
        const now = yield* Clock.currentTimeMillis
        const refusal = graphqlRefusalOf(fatal, got, where, now)
        const { host, repository } = where
        // that it was one too many is known only now: the answer was one of success
        if (refusal._tag === "RateLimited") {
          yield* gate.seen(limitsOf(got, { host, repository, kind }, refusal.retryAfter, now))
        }
        return yield* refusal
      }
      const { data } = yield* decodeAnswer(Schema.Struct({ data: answer }), got, where)
      return data
    })
  }
}

/** What is not in the schema is a mistake of ours: it would be ignored at the other end, and nobody would know. */
const encode = <Body>(schema: Schema.Codec<Body, unknown>, value: Body): unknown =>
  Schema.encodeUnknownSync(schema)(value, { onExcessProperty: "error" })

const restOf = (refusal: Refusal | undefined): number | null =>
  refusal?._tag === "RateLimited" || refusal?._tag === "HostUnavailable" ? (refusal.retryAfter ?? null) : null
