/**
 * One listening connection a channel, however many listen: a process with many
 * workers costs the server one.
 */
import { Effect, PubSub, RcMap, type Scope, Stream } from "effect"
import type { makeDriver } from "./driver.ts"
import { listen, type Notification } from "./listen.ts"

export type Listen = (channel: string) => Stream.Stream<Notification>

/** Connects when the first begins to listen to a channel, and hangs up after the last. */
export const makeListen = (driver: ReturnType<typeof makeDriver>): Effect.Effect<Listen, never, Scope.Scope> =>
  Effect.map(
    RcMap.make({ lookup: (channel: string) => broadcast(listen(driver, channel)) }),
    (channels) => (channel) => Stream.unwrap(Effect.flatten(RcMap.get(channels, channel)))
  )

/** Gives what joins a stream: it hears `Subscribed` at once if the channel is listened to already. */
const broadcast = Effect.fnUntraced(function* (notifications: Stream.Stream<Notification>) {
  const heard = yield* PubSub.unbounded<Notification>()
  let subscribed = false
  yield* Effect.forkScoped(
    Stream.runForEach(notifications, (notification) => {
      if (notification._tag === "Subscribed") subscribed = true
      return PubSub.publish(heard, notification)
    })
  )
  return Effect.map(PubSub.subscribe(heard), (subscription) => {
    const later = Stream.fromSubscription(subscription)
    return subscribed ? Stream.concat(Stream.succeed<Notification>({ _tag: "Subscribed" }), later) : later
  })
})
