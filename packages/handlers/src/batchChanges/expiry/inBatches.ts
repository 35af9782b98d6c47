/**
 * Does something to many rows, a few at a time: no statement holds many, and no run goes on for ever.
 */
import { Effect } from "effect"

/** @category options */
export interface Batches {
  /** Rows that one statement deletes. Defaults to 500. */
  readonly batch?: number | undefined
  /** Rows of one kind that one run deletes; the next one goes on. Defaults to 50,000. */
  readonly limit?: number | undefined
}

/** `step` does it to so many at most, and gives to how many: until there are none. Gives the sum. */
export const inBatches = Effect.fnUntraced(function* <E, R>(
  { batch = 500, limit = 50_000 }: Batches,
  step: (size: number) => Effect.Effect<number, E, R>
): Effect.fn.Return<number, E, R> {
  let total = 0
  while (total < limit) {
    const last = yield* step(Math.min(batch, limit - total))
    if (last === 0) break
    total += last
  }
  return total
})
