/**
 * Something done at once, and then again after every interval, for as long as
 * it is not interrupted. A failure is reported and does not end it.
 */
import { type Cause, type Duration, Effect, Layer } from "effect"

/** @category options */
export interface RoutineOptions<E, R> {
  /** In logs and spans. */
  readonly name: string
  readonly run: Effect.Effect<unknown, E, R>
  /** From the end of one run to the start of the next. */
  readonly interval: Duration.Input
  /** Ends the wait before its time. Defaults to never. */
  readonly early?: Effect.Effect<unknown, never, R> | undefined
  /** Defaults to a log line at level error. */
  readonly onError?: ((cause: Cause.Cause<E>) => Effect.Effect<unknown, never, R>) | undefined
  /** Runs once, after the last run. */
  readonly onShutdown?: Effect.Effect<unknown, never, R> | undefined
}

/** Never ends by itself. @category constructors */
export const run = <E, R>(options: RoutineOptions<E, R>): Effect.Effect<never, never, R> => {
  const report =
    options.onError ??
    ((cause: Cause.Cause<E>) =>
      Effect.logError("Routine failed", cause).pipe(Effect.annotateLogs({ routine: options.name })))
  const once = options.run.pipe(
    Effect.withSpan(`Routine.${options.name}`),
    Effect.catchCause(report) // a shutdown does not come here: it interrupts the routine as a whole
  )
  const rest = Effect.sleep(options.interval)
  const wait = options.early === undefined ? rest : Effect.raceFirst(rest, options.early)
  return Effect.andThen(once, wait).pipe(
    Effect.forever,
    Effect.onExit(() => options.onShutdown ?? Effect.void)
  )
}

/** Runs for as long as the layer lives. @category layers */
export const layer = <E, R>(options: RoutineOptions<E, R>): Layer.Layer<never, never, R> =>
  Layer.effectDiscard(Effect.forkScoped(run(options)))
