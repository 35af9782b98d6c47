import { Effect, Redacted } from "effect"
import { type HttpClient, HttpClientRequest } from "effect/http"
import { HostUnavailable } from "../CodeHostError.ts"

/** @category models */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** @category options */
export interface HttpAsk {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  readonly url: string
  readonly token: Redacted.Redacted
  readonly query?: Readonly<Record<string, string | number>> | undefined
  /** Sent as JSON. */
  readonly body?: unknown
}

/** What GitHub promises to keep for two years after there is a next one. */
export const API_VERSION = "2022-11-28"

/** For one request and its answer: GitHub gives up after ten seconds itself. */
const DEADLINE = "30 seconds"

/**
 * Sends one request, once, and reads all of the answer. Interrupting it closes the connection. Fails where there is no
 * answer, or a part of one: whether GitHub did what it was asked is not known then.
 */
export const sendRequest = (
  client: HttpClient.HttpClient,
  { body, method, query = {}, token, url }: HttpAsk,
  where: { readonly host: string; readonly repository: string }
): Effect.Effect<HttpAnswer, HostUnavailable> => {
  const request = HttpClientRequest.make(method)(url).pipe(
    HttpClientRequest.setUrlParams(query),
    HttpClientRequest.bearerToken(token),
    HttpClientRequest.setHeaders({
      accept: "application/vnd.github+json",
      "user-agent": "drover",
      "x-github-api-version": API_VERSION
    }),
    body === undefined ? (same) => same : HttpClientRequest.bodyJsonUnsafe(body)
  )
  const failed = (explanation: string) => new HostUnavailable({ ...where, explanation })
  return client.execute(request).pipe(
    Effect.flatMap((response) =>
      Effect.map(response.text, (text) => ({ status: response.status, headers: response.headers, body: text }))
    ),
    Effect.timeout(DEADLINE),
    Effect.catchTag("TimeoutError", () => Effect.fail(failed(`no answer within ${DEADLINE}`))),
    // its words have the address, and never the token
    Effect.catchTag("HttpClientError", ({ reason }) =>
      Effect.fail(failed(`${reason._tag}: ${reason.description ?? ""}`))
    )
  )
}
