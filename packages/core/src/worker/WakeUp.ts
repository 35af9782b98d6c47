/**
 * What ends a worker's waiting: a free slot, an enqueue, a stop, or the interval.
 *
 * A call that comes while nobody waits is remembered, so that nothing that
 * happens between a look and a wait is missed.
 */
import { type Duration, Effect, Latch, Stream } from "effect"
import type { Database } from "../database/Database.ts"
import { WAKE_CHANNEL } from "../store/wake.ts"

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

  /** Calls at each notification for `store`, and after each subscription, before which some may have been missed. */
  callOnNotify(database: Database["Service"], store: string): Effect.Effect<void> {
    return Stream.runForEach(database.listen(WAKE_CHANNEL), (notification) =>
      Effect.sync(() => {
        if (notification._tag === "Subscribed" || notification.payload === store) this.call()
      })
    )
  }
}
