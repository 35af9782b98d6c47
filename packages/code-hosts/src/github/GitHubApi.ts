/**
 * REST and GraphQL of one GitHub, for one credential.
 */
import { Clock, Effect, Schema } from "effect"
import type { HttpClient } from "effect/http"
import { decodeAnswer } from "../http/decodeAnswer.ts"
import { makeExchange, makeGatedSend, type Rest } from "../http/gatedApi.ts"
import { limitsOf } from "../http/limitsOf.ts"
import type { HttpAnswer, Where } from "../http/sendRequest.ts"
import type { RequestGate } from "../RequestGate.ts"
import type { GitHubAuth } from "./GitHubAuth.ts"
import { graphqlRefusalOf, GraphqlErrors } from "./graphqlRefusalOf.ts"
import { type Refusal, refusalOf } from "./refusalOf.ts"
import { bearer, gitHubHeaders } from "./sendToGitHub.ts"

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
  const limits = limitsOf("x-", "resource")
  const authorization = Effect.map(auth.token, bearer)
  const gated = makeGatedSend({ client, gate, headers: gitHubHeaders, authorization, refusalOf, limitsOf: limits })
  const send: typeof gated = (where, kind, ask) =>
    gated(where, kind, ask).pipe(Effect.tapErrorTag("UnauthorisedOnHost", () => auth.forget))
  const exchange = makeExchange(apiUrl, (where, kind, ask) => send({ ...where, resource: "core" }, kind, ask))

  return {
    exchange,
    rest: (where, ask) => Effect.map(exchange(where, ask), ({ value }) => value),
    graphql: Effect.fnUntraced(function* (where, { answer, document, tolerate = () => false, variables }) {
      const body = { query: document, variables }
      const kind = document.trimStart().startsWith("mutation") ? "write" : "read"
      const got = yield* send({ ...where, resource: "graphql" }, kind, { method: "POST", url: graphqlUrl, body })
      const { errors } = yield* decodeAnswer(Schema.Struct({ errors: Schema.optional(GraphqlErrors) }), got, where)
      const fatal = errors?.find((error) => !tolerate(error))
      if (fatal !== undefined) {
        const now = yield* Clock.currentTimeMillis
        const refusal = graphqlRefusalOf(fatal, got, where, now)
        const { host, repository } = where
        // that it was one too many is known only now: the answer was one of success
        if (refusal._tag === "RateLimited") {
          yield* gate.seen({ host, repository, kind, ...limits(got.headers, now), retryAfter: refusal.retryAfter })
        }
        return yield* refusal
      }
      const { data } = yield* decodeAnswer(Schema.Struct({ data: answer }), got, where)
      return data
    })
  }
}
