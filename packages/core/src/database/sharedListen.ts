/**
 * One listening connection a channel, however many listen: a process with many
 * workers costs the server one.
 *
 * Who listens is called, and not sent to: a queue and a fiber between a
 * notification and the claim it asks for cost a turn of the event loop each.
 */
import { Effect, Queue, RcMap, type Scope, Stream } from "effect"
import type { makeDriver } from "./driver.ts"
import { listen, type Notification, type Tell } from "./listen.ts"

/**
 * Calls `tell` with the notifications of a channel for as long as the scope is open: with `Subscribed` at once if the
 * channel is listened to already.
 */
export type OnNotify = (channel: string, tell: Tell) => Effect.Effect<void, never, Scope.Scope>

/** Connects when the first begins to listen to a channel, and hangs up after the last. */
export const makeOnNotify = (driver: ReturnType<typeof makeDriver>): Effect.Effect<OnNotify, never, Scope.Scope> =>
  Effect.map(
    RcMap.make({ lookup: (channel: string) => share(driver, channel) }),
    (channels) => (channel, tell) => Effect.flatMap(RcMap.get(channels, channel), (join) => join(tell))
  )

/** The same for as long as a stream runs. */
export const asStream = (onNotify: OnNotify, channel: string): Stream.Stream<Notification> =>
  Stream.callback<Notification>((queue) =>
    onNotify(channel, (notification) => void Queue.offerUnsafe(queue, notification))
  )

/** Gives what joins those who listen. */
const share = Effect.fnUntraced(function* (driver: ReturnType<typeof makeDriver>, channel: string) {
  const listeners = new Set<Tell>()
  let subscribed = false
  yield* Effect.forkScoped(
    listen(driver, channel, (notification) => {
      if (notification._tag === "Subscribed") subscribed = true
      for (const tell of listeners) tell(notification)
    })
  )
  return (tell: Tell): Effect.Effect<void, never, Scope.Scope> => {
    const each: Tell = (notification) => tell(notification) // of its own, whoever else listens with the same
    const join = Effect.sync(() => {
      listeners.add(each)
      if (subscribed) each({ _tag: "Subscribed" })
    })
    return Effect.acquireRelease(join, () => Effect.sync(() => void listeners.delete(each)))
  }
})
