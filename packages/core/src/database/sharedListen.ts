/**
 * One listening connection a channel, however many listen: a process with many
 * workers costs the server one.
 */
import { Effect, RcMap, type Scope } from "effect"
import type { makeDriver } from "./driver.ts"
import { listen, type Tell } from "./listen.ts"

/** Tells of a channel until the scope closes. */
export type Hear = (channel: string, tell: Tell) => Effect.Effect<void, never, Scope.Scope>

/** Connects when the first begins to listen to a channel, and hangs up after the last. */
export const makeHear = (driver: ReturnType<typeof makeDriver>): Effect.Effect<Hear, never, Scope.Scope> =>
  Effect.map(
    RcMap.make({ lookup: (channel: string) => broadcast(driver, channel) }),
    (channels) => (channel, tell) => Effect.flatMap(RcMap.get(channels, channel), (join) => join(tell))
  )

/** Gives what joins: it hears `Subscribed` at once if the channel is listened to already. */
const broadcast = Effect.fnUntraced(function* (driver: ReturnType<typeof makeDriver>, channel: string) {
  // by listener and not by function: the same one may listen twice
  const listeners = new Set<{ readonly tell: Tell }>()
  let subscribed = false
  yield* Effect.forkScoped(
    listen(driver, channel, (notification) => {
      if (notification._tag === "Subscribed") subscribed = true
      for (const { tell } of listeners) tell(notification)
    })
  )
  return (tell: Tell) =>
    Effect.asVoid(
      Effect.acquireRelease(
        Effect.sync(() => {
          const listener = { tell }
          listeners.add(listener)
          if (subscribed) tell({ _tag: "Subscribed" })
          return listener
        }),
        (listener) => Effect.sync(() => listeners.delete(listener))
      )
    )
})
