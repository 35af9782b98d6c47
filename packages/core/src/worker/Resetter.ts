/**
 * Takes records back from dead workers. Built with every worker; on its own for
 * stores whose workers run elsewhere.
 */
import { Duration, Effect, Layer, Metric } from "effect"
import type { InvalidOptions } from "../options/InvalidOptions.ts"
import { positiveDuration } from "../options/checks.ts"
import type { AnyWorkStore } from "../store/WorkStore.ts"
import * as Routine from "./Routine.ts"
import { checked } from "../options/checks.ts"

/** @category options */
export interface ResetterOptions {
  readonly store: AnyWorkStore
  /** Defaults to a third of the store's `stalledMaxAge`. */
  readonly interval?: Duration.Input | undefined
}

const counter = (name: string, description: string) => Metric.counter(name, { incremental: true, description })
const resets = counter("drover_record_resets_total", "Stalled records that were queued again")
const resetFailures = counter("drover_record_reset_failures_total", "Stalled records that had been reset too often")
const resetCancels = counter("drover_record_reset_cancels_total", "Stalled records that were canceled")
const resetErrors = counter("drover_record_reset_errors_total", "Sweeps for stalled records that failed")

/** Sweeps at once, then after every interval. @category constructors */
export const run = (options: ResetterOptions): Effect.Effect<never, InvalidOptions> => Effect.flatten(prepare(options))

/** For as long as the layer lives. @category layers */
export const layer = (options: ResetterOptions): Layer.Layer<never, InvalidOptions> =>
  Layer.effectDiscard(Effect.flatMap(prepare(options), Effect.forkScoped))

const prepare = ({ interval, store }: ResetterOptions) =>
  checked(() => {
    const third = Duration.millis(Math.max(1, Duration.toMillis(store.stalledMaxAge) / 3))
    return sweeps(store, interval === undefined ? third : positiveDuration(store.name, "interval", interval))
  })

const sweeps = (store: AnyWorkStore, interval: Duration.Duration): Effect.Effect<never> => {
  const of = <A, B>(metric: Metric.Metric<A, B>) => Metric.withAttributes(metric, { store: store.name })
  const report = (ages: ReadonlyMap<unknown, Duration.Duration>, became: string) =>
    Effect.forEach(
      ages,
      ([id, age]) =>
        Effect.logWarning(`Stalled record ${became}`).pipe(
          Effect.annotateLogs({ store: store.name, id: String(id), lastHeartbeat: `${Duration.format(age)} ago` })
        ),
      { discard: true }
    )
  const sweep = Effect.gen(function* () {
    const { canceled, failed, reset } = yield* store.resetStalled
    yield* Metric.update(of(resets), reset.size)
    yield* Metric.update(of(resetFailures), failed.size)
    yield* Metric.update(of(resetCancels), canceled.size)
    yield* report(reset, "queued again")
    yield* report(failed, "failed: reset too often")
    yield* report(canceled, "canceled")
  })
  return Routine.run({
    name: `${store.name}.reset`,
    run: sweep,
    interval,
    onError: (cause) =>
      Effect.andThen(
        Metric.update(of(resetErrors), 1),
        Effect.logError("Cannot reset stalled records", cause).pipe(Effect.annotateLogs({ store: store.name }))
      )
  })
}
