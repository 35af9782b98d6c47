/**
 * Deletes finished records after their time, in batches that an index serves,
 * so that no delete ever holds many rows or scans the table.
 */
import { Duration, Effect, Layer, Metric } from "effect"
import type { DatabaseError } from "../database/DatabaseError.ts"
import type { InvalidOptions } from "../store/StoreError.ts"
import type { AnyWorkStore } from "../store/WorkStore.ts"
import * as Routine from "./Routine.ts"

/**
 * How long finished records are kept, by state. A state that is left out is kept for ever.
 *
 * @category options
 */
export interface RetentionOptions {
  readonly completed?: Duration.Input | undefined
  readonly failed?: Duration.Input | undefined
  readonly canceled?: Duration.Input | undefined
  /** Between sweeps. Defaults to 10 minutes. */
  readonly interval?: Duration.Input | undefined
  /** Records deleted by one statement. Defaults to 1,000. */
  readonly batch?: number | undefined
}

const deleted = Metric.counter("drover_record_deletes_total", {
  incremental: true,
  description: "Finished records deleted after their time"
})

/** Deletes all that is past its time; gives how many. @category constructors */
export const sweep = Effect.fn("Retention.sweep")(function* (
  store: AnyWorkStore,
  options: RetentionOptions
): Effect.fn.Return<number, InvalidOptions | DatabaseError> {
  const limit = options.batch ?? 1000
  let total = 0
  for (const state of ["completed", "failed", "canceled"] as const) {
    const keep = options[state]
    if (keep === undefined) continue
    for (let last = limit; last === limit; total += last) {
      last = yield* store.deleteFinished({ states: [state], keep, limit })
    }
  }
  yield* Metric.update(Metric.withAttributes(deleted, { store: store.name }), total)
  return total
})

/** @category constructors */
export const run = (store: AnyWorkStore, options: RetentionOptions): Effect.Effect<never> =>
  Routine.run({
    name: `${store.name}.retention`,
    run: sweep(store, options),
    interval: options.interval ?? "10 minutes"
  })

/** @category layers */
export const layer = (store: AnyWorkStore, options: RetentionOptions): Layer.Layer<never> =>
  Layer.effectDiscard(Effect.forkScoped(run(store, options)))
