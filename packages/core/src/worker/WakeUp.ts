/**
 * What ends a wait of a worker: a free slot, an enqueue, a stop, or the interval.
 *
 * A call that comes while nobody waits is remembered, so that nothing that
 * happens between a look and a wait is missed.
 */
import { type Duration, Effect, Latch, Stream } from "effect"
import type { Database } from "../database/Database.ts"
import { stopNotice, WAKE_CHANNEL } from "../store/wake.ts"

export class WakeUp {
  readonly #latch = Latch.makeUnsafe(false)

  /** Forgets calls up to now. Look for work after this, and wait after looking. */
  reset(): void {
    this.#latch.closeUnsafe()
  }

  call(): void {
    this.#latch.openUnsafe()
  }

  /** Until the next call, or the one since `reset`. */
  readonly called: Effect.Effect<void> = Effect.suspend(() => this.#latch.await)

  calledWithin(interval: Duration.Duration): Effect.Effect<void> {
    return Effect.asVoid(Effect.raceFirst(this.called, Effect.sleep(interval)))
  }
}

/**
 * Calls `work` when there may be something to dequeue, and `stop` when a running
 * record may have been asked to stop: at each notification of `store`, and after
 * each subscription, before which some may have been missed.
 */
export const callOnNotify = (
  database: Database["Service"],
  store: string,
  { stop, work }: { readonly work: WakeUp; readonly stop: WakeUp }
): Effect.Effect<void> =>
  Stream.runForEach(database.listen(WAKE_CHANNEL), (notification) =>
    Effect.sync(() => {
      const subscribed = notification._tag === "Subscribed"
      if (subscribed || notification.payload === store) work.call()
      if (subscribed || notification.payload === stopNotice(store)) stop.call()
    })
  )
