/**
 * Sends one request, and reads what comes back: never past the caps, never around the guard, never by a proxy.
 */
import { Clock, Context, Duration, Effect, Layer } from "effect"
import { Agent, type Dispatcher, errors, request } from "undici"
import { guardedConnector, type MakeConnector, type Resolve } from "./guard/guardedConnector.ts"
import { AddressRefused, WebhookGuard } from "./guard/WebhookGuard.ts"
import { readHeaders, readText } from "./readResponse.ts"

/** @category models */
export interface OutgoingRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/**
 * What came of a request.
 *
 * `Answered`: a status came. `error` says how the body after it ended before its time; the status counts all the same.
 * `Unanswered`: none came. `refused`: nothing was sent, and never will be, as long as the guard stays as it is.
 *
 * @category models
 */
export type Sent =
  | {
      readonly _tag: "Answered"
      readonly status: number
      /** Lower case; cut off after 8 KiB in all. */
      readonly headers: Readonly<Record<string, string>>
      /** Cut off after 64 KiB. */
      readonly body: string
      readonly error: string | undefined
      readonly durationMillis: number
    }
  | {
      readonly _tag: "Unanswered"
      readonly reason: string
      readonly refused: boolean
      readonly durationMillis: number
    }

/** @category options */
export interface WebhookSenderOptions {
  /** Of a request as a whole, from the name's resolution to the end of the answer. Defaults to 10 seconds. */
  readonly timeout?: Duration.Input | undefined
  /** Defaults to the system's resolver. For tests. */
  readonly resolve?: Resolve | undefined
  /** Defaults to undici's. For tests. */
  readonly makeConnector?: MakeConnector | undefined
}

/** @category services */
export class WebhookSender extends Context.Service<
  WebhookSender,
  {
    readonly timeout: Duration.Duration
    readonly send: (outgoing: OutgoingRequest) => Effect.Effect<Sent>
  }
>()("@drover/handlers/WebhookSender") {
  /** Holds to the `WebhookGuard` that there is when the layer is built. */
  static readonly layer = (options: WebhookSenderOptions = {}): Layer.Layer<WebhookSender> =>
    Layer.effect(WebhookSender, make(options))
}

const make = Effect.fnUntraced(function* ({
  makeConnector,
  resolve,
  timeout: input = "10 seconds"
}: WebhookSenderOptions) {
  const timeout = Duration.fromInputUnsafe(input)
  const timeoutMillis = Duration.toMillis(timeout)
  const allow = yield* WebhookGuard
  const agent = yield* Effect.acquireRelease(
    Effect.sync(() => new Agent({ connect: guardedConnector({ allow, timeoutMillis, resolve, makeConnector }) })),
    (made) => Effect.promise(() => made.destroy())
  )
  const send = Effect.fn("WebhookSender.send")(function* (outgoing: OutgoingRequest) {
    const began = yield* Clock.currentTimeMillis
    const sent = yield* Effect.promise((signal) =>
      exchange(agent, outgoing, AbortSignal.any([signal, AbortSignal.timeout(timeoutMillis)]))
    )
    return { ...sent, durationMillis: (yield* Clock.currentTimeMillis) - began }
  })
  return WebhookSender.of({ timeout, send })
})

/** Rejects never. */
const exchange = async (dispatcher: Dispatcher, { body, headers, url }: OutgoingRequest, signal: AbortSignal) => {
  let response: Dispatcher.ResponseData
  try {
    // a connection each: one that the receiver closes while it idles would fail the delivery that comes on it next
    response = await request(url, { dispatcher, method: "POST", headers, body, signal, reset: true })
  } catch (error) {
    return { _tag: "Unanswered", reason: reasonOf(error), refused: error instanceof AddressRefused } as const
  }
  const { error, text } = await readText(response.body)
  return {
    _tag: "Answered",
    status: response.statusCode,
    headers: readHeaders(response.headers),
    body: text,
    error: error === undefined ? undefined : reasonOf(error)
  } as const
}

const reasonOf = (error: unknown): string => {
  if (error instanceof AddressRefused) return error.message
  if (error instanceof DOMException && error.name === "TimeoutError") return "The receiver took too long to answer"
  if (error instanceof errors.ConnectTimeoutError) return "The receiver took too long to take the connection"
  if (error instanceof AggregateError && error.message === "") return error.errors.map(reasonOf).join("; ")
  return error instanceof Error ? error.message : String(error)
}
