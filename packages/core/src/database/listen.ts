/**
 * LISTEN that survives lost connections. What was sent while nobody listened is
 * lost, so every subscription is reported, and the listener looks for itself.
 */
import { Effect } from "effect"
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

/** Is told while the driver reads the connection: what it begins is sent in the same turn of the event loop. */
export type Tell = (notification: Notification) => void

/** How long to wait before subscribing again when the server is away. */
const AGAIN = "200 millis"

/** A connection of its own for as long as it runs. */
export const listen = (driver: ReturnType<typeof makeDriver>, channel: string, tell: Tell): Effect.Effect<never> =>
  subscribeOnce(driver, channel, tell).pipe(
    Effect.catch((error) =>
      Effect.logDebug("Cannot listen yet").pipe(Effect.annotateLogs({ channel, error: error.message }))
    ),
    Effect.andThen(Effect.sleep(AGAIN)),
    Effect.forever
  )

/** Ends when the connection does. */
const subscribeOnce = (driver: ReturnType<typeof makeDriver>, channel: string, tell: Tell) =>
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
