/**
 * LISTEN that survives lost connections. What was sent while nobody listened is
 * lost, so every subscription is reported, and the listener looks for itself.
 */
import { Effect, Queue, Stream } from "effect"
import { fromDriver } from "./DatabaseError.ts"
import { Link } from "./Link.ts"
import type { makeDriver } from "./driver.ts"

/**
 * `Subscribed`: from here on nothing is missed; whatever came before may have been.
 * `Notified`: somebody committed a `pg_notify` with this payload.
 *
 * @category models
 */
export type Notification = { readonly _tag: "Subscribed" } | { readonly _tag: "Notified"; readonly payload: string }

/** How long to wait before subscribing again when the server is away. */
const AGAIN = "200 millis"

/** A connection of its own for as long as the stream runs. */
export const listen = (driver: ReturnType<typeof makeDriver>, channel: string): Stream.Stream<Notification> =>
  Stream.callback<Notification>((queue) =>
    subscribeOnce(driver, channel, (notification) => Queue.offerUnsafe(queue, notification)).pipe(
      Effect.catch((error) =>
        Effect.logDebug("Cannot listen yet").pipe(Effect.annotateLogs({ channel, error: error.message }))
      ),
      Effect.andThen(Effect.sleep(AGAIN)),
      Effect.forever
    )
  )

/** Ends when the connection does. */
const subscribeOnce = (
  driver: ReturnType<typeof makeDriver>,
  channel: string,
  tell: (notification: Notification) => void
) =>
  Effect.suspend(() => {
    const death = Promise.withResolvers<void>()
    const open = Effect.tryPromise({
      try: () =>
        Link.open(driver, {
          onDeath: () => death.resolve(),
          onNotify: (_channel, payload) => tell({ _tag: "Notified", payload })
        }),
      catch: fromDriver
    })
    return Effect.acquireUseRelease(
      open,
      (link) =>
        Effect.tryPromise({
          try: () => link.command(`listen "${channel.replaceAll('"', '""')}"`),
          catch: fromDriver
        }).pipe(
          Effect.andThen(Effect.sync(() => tell({ _tag: "Subscribed" }))),
          Effect.andThen(Effect.promise(() => death.promise))
        ),
      (link) => Effect.ignore(Effect.tryPromise(() => link.close()))
    )
  })
