/**
 * Where code hosts send webhooks, over HTTP.
 *
 * 202: heard, whether or not it changes anything. 401: not signed with the secret. 400: it makes no sense. 404: no such
 * host is heard. 413: more than a host ever sends. 408: it came too slowly. 503: later, please.
 */
import type { WebhookRefused } from "@drover/code-hosts"
import type { DatabaseError } from "@drover/core"
import { ByteSize, Effect, Layer } from "effect"
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "effect/http"
import { receiveHostWebhook } from "./receiveHostWebhook.ts"
import type { HeardHost } from "./WebhookHost.ts"

/** GitHub sends no more than 25 MB. */
const LARGEST = 25 * 1024 * 1024

/** Nobody is proved until the whole body is there. */
const READ_WITHIN = "1 minute"

const say = (status: number, text: string) => HttpServerResponse.text(`${text}\n`, { status })

const tooLarge = say(413, "A webhook may have 25 MiB")

const statusOf: Readonly<Record<WebhookRefused["reason"], number>> = { signature: 401, shape: 400 }

/**
 * `POST /hooks/github`, and `/hooks/github/name` where there are several of a kind: as the hosts have it.
 *
 * @category layers
 */
export const hostWebhookRoutes = (hosts: ReadonlyArray<HeardHost>) => {
  const byPath = new Map(hosts.map((host) => [host.path, host]))
  const route = (path: "/hooks/:kind" | "/hooks/:kind/:hostId") =>
    HttpRouter.add(
      "POST",
      path,
      Effect.flatMap(HttpRouter.params, ({ hostId, kind = "" }) =>
        hear(byPath.get(hostId === undefined ? kind : `${kind}/${hostId}`))
      )
    )
  return Layer.mergeAll(route("/hooks/:kind"), route("/hooks/:kind/:hostId"))
}

const hear = Effect.fn("HostWebhooks.hear")(function* (host: HeardHost | undefined) {
  if (host === undefined)
    return say(404, "No host is heard here: see the hosts whose webhooks are heard in the settings")
  const request = yield* HttpServerRequest.HttpServerRequest
  if (Number(request.headers["content-length"] ?? 0) > LARGEST) return tooLarge
  return yield* request.arrayBuffer.pipe(
    Effect.provideService(HttpServerRequest.MaxBodySize, ByteSize.fromInputUnsafe(LARGEST)),
    Effect.timeout(READ_WITHIN),
    Effect.flatMap((body) =>
      receiveHostWebhook({ host, secrets: host.secrets, headers: request.headers, body: new Uint8Array(body) })
    ),
    Effect.map(({ outcome }) => say(202, outcome)),
    Effect.catchTags({
      WebhookRefused: (error) => Effect.succeed(say(statusOf[error.reason], error.message)),
      TimeoutError: () => Effect.succeed(say(408, "The webhook came too slowly")),
      HttpServerError: ({ reason }) =>
        Effect.succeed(
          reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge"
            ? tooLarge
            : say(400, "The webhook cannot be read")
        ),
      DatabaseUnavailable: unheard,
      StatementRejected: unheard
    })
  )
})

const unheard = (error: DatabaseError) =>
  Effect.as(
    Effect.logWarning("A webhook was not heard", error),
    say(503, "The webhook cannot be heard now: send it again later")
  )
