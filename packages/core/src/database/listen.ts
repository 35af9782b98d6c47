/**
 * LISTEN that survives lost connections. The driver subscribes again by
 * itself; what it cannot know is what was sent meanwhile, so every
 * subscription is reported and the listener looks for itself.
 */
import { Effect, Queue, Schedule, Stream } from "effect"
import type { Client } from "./client.ts"
import { fromDriver } from "./DatabaseError.ts"

/**
 * `Subscribed`: from here on nothing is missed; whatever came before may have been.
 * `Notified`: somebody committed a `pg_notify` with this payload.
 *
 * @category models
 */
export type Notification = { readonly _tag: "Subscribed" } | { readonly _tag: "Notified"; readonly payload: string }

/** How long to wait before subscribing again when the server is away. */
const AGAIN = "200 millis"

export const listen = (client: Client, channel: string): Stream.Stream<Notification> =>
  Stream.callback<Notification>((queue) =>
    Effect.acquireRelease(
      Effect.tryPromise({
        try: () =>
          client.listen(
            channel,
            (payload) => Queue.offerUnsafe(queue, { _tag: "Notified", payload }),
            () => Queue.offerUnsafe(queue, { _tag: "Subscribed" })
          ),
        catch: fromDriver
      }).pipe(
        Effect.tapError((error) => Effect.logDebug("Cannot listen yet").pipe(Effect.annotateLogs({ channel, error: error.message }))),
        Effect.retry(Schedule.spaced(AGAIN)),
        Effect.orDie
      ),
      (subscription) => Effect.ignore(Effect.tryPromise(() => subscription.unlisten()))
    )
  )
