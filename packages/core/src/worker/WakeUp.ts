/**
 * What ends a wait of a worker: a free slot, an enqueue, a stop, or the interval.
 *
 * A call that comes while nobody waits is remembered, so that nothing that
 * happens between a look and a wait is missed. And so is that an enqueue has
 * called: a slot that becomes free is no reason to look for more by itself.
 */
import { Effect, Latch, type Scope } from "effect"
import type { Database } from "../database/Database.ts"
import type { LowWaterMark } from "../store/LowWaterMark.ts"
import { lookAgainNotice, stopNotice, WAKE_CHANNEL } from "../store/wake.ts"

/** Of a timer, in milliseconds. */
const LONGEST_TIMEOUT = 2 ** 31 - 1

export class WakeUp {
  readonly #latch = Latch.makeUnsafe(false)
  #mayBeMore = true

  /** Whether there may be something that no look has found yet. */
  get mayBeMore(): boolean {
    return this.#mayBeMore
  }

  /** False before a look; true when it has left something. */
  presumeMore(more: boolean): void {
    this.#mayBeMore = more
  }

  /** Forgets calls up to now. Look for work after this, and wait after looking. */
  reset(): void {
    this.#latch.closeUnsafe()
  }

  /** There may be something to do. */
  call(): void {
    this.#mayBeMore = true
    this.#latch.openUnsafe()
  }

  /** Something is to be looked at again, and not that there is more. */
  nudge(): void {
    this.#latch.openUnsafe()
  }

  /** There is room for something, if there is anything. */
  callIfMore(): void {
    if (this.#mayBeMore) this.#latch.openUnsafe()
  }

  /** Until the next call, or the one since `reset`. */
  readonly called: Effect.Effect<void> = Effect.suspend(() => this.#latch.await)

  /** Until the next call; after so many milliseconds there may be more, whether anybody calls or not. */
  calledWithin(millis: number): Effect.Effect<void> {
    return Effect.suspend(() => {
      // and no race of fibers: they are what a wake-up would have to end first
      const timer = setTimeout(() => this.call(), Math.min(millis, LONGEST_TIMEOUT))
      return Effect.ensuring(
        this.called,
        Effect.sync(() => clearTimeout(timer))
      )
    })
  }
}

/**
 * Calls `work` when there may be something to dequeue, and `stop` when a running
 * record may have been asked to stop: at each notification of `store`, and after
 * each subscription, before which some may have been missed. `lowWaterMark` is
 * forgotten when that something may stand in front of what was taken last.
 */
export const callOnNotify = (
  database: Database["Service"],
  store: string,
  { lowWaterMark, stop, work }: { readonly work: WakeUp; readonly stop: WakeUp; readonly lowWaterMark: LowWaterMark }
): Effect.Effect<void, never, Scope.Scope> =>
  database.onNotify(WAKE_CHANNEL, (notification) => {
    const subscribed = notification._tag === "Subscribed"
    const again = subscribed || notification.payload === lookAgainNotice(store)
    if (again) lowWaterMark.forget()
    if (again || notification.payload === store) work.call()
    if (subscribed || notification.payload === stopNotice(store)) stop.call()
  })
