/**
 * Deletes finished records after their time, in batches that an index serves,
 * so that no delete ever holds many rows or scans the table.
 */
import { Duration, Effect, Layer, Metric } from "effect"
import type { DatabaseError } from "../database/DatabaseError.ts"
import type { InvalidOptions } from "../options/InvalidOptions.ts"
import { positiveDuration } from "../options/checks.ts"
import type { AnyWorkStore } from "../store/WorkStore.ts"
import * as Routine from "./Routine.ts"
import { checked, positiveWhole } from "../options/checks.ts"

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

interface ResolvedRetention {
  readonly keep: ReadonlyArray<readonly [state: "completed" | "failed" | "canceled", time: Duration.Duration]>
  readonly interval: Duration.Duration
  readonly batch: number
}

const states = ["completed", "failed", "canceled"] as const

const resolve = (store: AnyWorkStore, options: RetentionOptions): Effect.Effect<ResolvedRetention, InvalidOptions> =>
  checked(() => ({
    keep: states.flatMap((state) => {
      const time = options[state]
      return time === undefined ? [] : [[state, positiveDuration(store.name, `retention.${state}`, time)] as const]
    }),
    interval: positiveDuration(store.name, "retention.interval", options.interval ?? "10 minutes"),
    batch: positiveWhole(store.name, "retention.batch", options.batch ?? 1000)
  }))

const sweepNow = Effect.fn("Retention.sweep")(function* (store: AnyWorkStore, { batch, keep }: ResolvedRetention) {
  const counter = Metric.withAttributes(deleted, { store: store.name })
  let total = 0
  for (const [state, time] of keep) {
    for (let last = batch; last === batch; total += last) {
      last = yield* store.deleteFinished({ states: [state], keep: time, limit: batch })
      yield* Metric.update(counter, last)
    }
  }
  return total
})

/** Deletes all that is past its time; gives how many. @category constructors */
export const sweep = (
  store: AnyWorkStore,
  options: RetentionOptions
): Effect.Effect<number, InvalidOptions | DatabaseError> =>
  Effect.flatMap(resolve(store, options), (resolved) => sweepNow(store, resolved))

/** Checks the options, and gives what sweeps for ever. */
export const prepare = (
  store: AnyWorkStore,
  options: RetentionOptions
): Effect.Effect<Effect.Effect<never>, InvalidOptions> =>
  Effect.map(resolve(store, options), (resolved) =>
    Routine.run({ name: `${store.name}.retention`, run: sweepNow(store, resolved), interval: resolved.interval })
  )

/** Sweeps at once, then after every interval. @category constructors */
export const run = (store: AnyWorkStore, options: RetentionOptions): Effect.Effect<never, InvalidOptions> =>
  Effect.flatten(prepare(store, options))

/** @category layers */
export const layer = (store: AnyWorkStore, options: RetentionOptions): Layer.Layer<never, InvalidOptions> =>
  Layer.effectDiscard(Effect.flatMap(prepare(store, options), Effect.forkScoped))
