import { Effect, Redacted, Stream } from "effect"
import { type HttpClient, HttpClientRequest } from "effect/http"
import { HostUnavailable } from "../CodeHostError.ts"

/** @category models */
export interface HttpAnswer {
  readonly status: number
  /** By names in small letters. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** @category options */
export interface HttpAsk {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  readonly url: string
  readonly query?: Readonly<Record<string, string | number>> | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The whole of the header: `Bearer …`. */
  readonly authorization: Redacted.Redacted
  /** Sent as JSON. */
  readonly body?: unknown
}

/** @category models */
export interface Where {
  readonly host: string
  readonly repository: string
}

/** Longer than any host takes to give up itself. */
const DEADLINE = "30 seconds"

/** A hundred pull requests with the longest texts that hosts take come to less. */
const MOST_BYTES = 32 * 1024 * 1024

/**
 * Sends one request, once, and reads all of the answer. Interrupting it closes the connection. Fails where there is no
 * answer, or a part of one: whether the host did what it was asked is not known then.
 */
export const sendRequest = (
  client: HttpClient.HttpClient,
  { authorization, body, headers = {}, method, query = {}, url }: HttpAsk,
  where: Where
): Effect.Effect<HttpAnswer, HostUnavailable> => {
  const request = HttpClientRequest.make(method)(url).pipe(
    HttpClientRequest.setUrlParams(query),
    HttpClientRequest.setHeaders({ "user-agent": "drover", ...headers, authorization: Redacted.value(authorization) }),
    body === undefined ? (same) => same : HttpClientRequest.bodyJsonUnsafe(body)
  )
  const failed = (explanation: string) => new HostUnavailable({ ...where, explanation })
  return client.execute(request).pipe(
    Effect.flatMap((response) =>
      Effect.map(readText(response.stream, failed), (text) => ({
        status: response.status,
        headers: response.headers,
        body: text
      }))
    ),
    Effect.timeout(DEADLINE),
    Effect.catchTag("TimeoutError", () => Effect.fail(failed(`no answer within ${DEADLINE}`))),
    Effect.catchTag("HttpClientError", ({ reason }) =>
      // an answer without a body is whole
      reason._tag === "EmptyBodyError" && reason.response !== undefined
        ? Effect.succeed({ status: reason.response.status, headers: reason.response.headers, body: "" })
        : // its words have the address, and never the token
          Effect.fail(failed(`${reason._tag}: ${reason.description ?? ""}`))
    )
  )
}

const readText = <E>(stream: Stream.Stream<Uint8Array, E>, failed: (explanation: string) => HostUnavailable) => {
  const chunks: Array<Uint8Array> = []
  let size = 0
  return Stream.runForEach(stream, (chunk) => {
    size += chunk.byteLength
    if (size > MOST_BYTES) return Effect.fail(failed(`an answer of more than ${MOST_BYTES} bytes`))
    chunks.push(chunk)
    return Effect.void
  }).pipe(Effect.map(() => Buffer.concat(chunks).toString()))
}
