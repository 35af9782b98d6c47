/**
 * Waits until nothing waits or is tried again, and shows how far it is.
 */
import type { ActorId } from "@drover/handlers"
import { type BatchChangeView, findBatchChange } from "@drover/handlers/batchChanges"
import { Effect } from "effect"
import { progress } from "../../output/progress.ts"

/** `3 open, 1 failed`. Pure. */
export const statesInWords = ({ counts }: Pick<BatchChangeView, "counts">): string => {
  const parts = Object.entries(counts.states)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([state, count]) => `${count} ${state}`)
  return parts.length === 0 ? "no changesets" : parts.join(", ")
}

const busy = ({ counts: { states } }: BatchChangeView): boolean => (states.processing ?? 0) + (states.retrying ?? 0) > 0

export const waitForChangesets = Effect.fnUntraced(function* (id: number, actorId: ActorId) {
  const shown = yield* progress
  const settled = yield* findBatchChange({ id, actorId }).pipe(
    Effect.tap((found) => shown.update(statesInWords(found))),
    Effect.tap((found) => (busy(found) ? Effect.sleep("300 millis") : Effect.void)),
    Effect.repeat({ until: (found) => !busy(found) }),
    Effect.onError(() => shown.end())
  )
  yield* shown.end()
  return settled
})
