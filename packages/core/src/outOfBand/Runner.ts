/**
 * Runs out-of-band migrations beside everything else that a program does: each in a loop of its own, one step an
 * interval, until it is complete, and for as long as it is.
 *
 * Several programs may run the same ones: of each migration one makes a step, and the others look on.
 */
import { Duration, Effect, Layer } from "effect"
import { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import { checked, positiveDuration } from "../options/checks.ts"
import type { InvalidOptions } from "../options/InvalidOptions.ts"
import * as Routine from "../worker/Routine.ts"
import { isComplete } from "./isComplete.ts"
import { reasonOf } from "./mayPass.ts"
import { addError, list, type MigrationState } from "./MigrationState.ts"
import { type MigrationConflict, MigrationUnknown } from "./OutOfBandError.ts"
import type { OutOfBandMigration } from "./OutOfBandMigration.ts"
import { register } from "./register.ts"
import { step, type StepOutcome } from "./step.ts"

/** @category options */
export interface RunnerOptions<E, R> {
  readonly migrations: ReadonlyArray<OutOfBandMigration<E, R>>
  /** Between looks at what others have written: directions above all. Defaults to 30 seconds. */
  readonly refreshInterval?: Duration.Input | undefined
  /** Registers all, and runs only these. Defaults to all. */
  readonly only?: ((id: number) => boolean) | undefined
}

/** The parts of a runner, for whoever has a clock of his own. @category models */
export interface Runner<R = never> {
  /** Looks at the table, and computes every progress anew. */
  readonly refresh: Effect.Effect<void, DatabaseError, Database | R>
  /** What an interval does: a step of the migration, unless it is complete. Failures are written down and logged. */
  readonly tick: (id: number) => Effect.Effect<void, MigrationUnknown, Database | R>
  /** Refreshes and ticks for ever. */
  readonly run: Effect.Effect<never, never, Database | R>
}

/** Registers the migrations with the database. @category constructors */
export const make = Effect.fnUntraced(function* <E, R>({
  migrations,
  only = () => true,
  refreshInterval = "30 seconds"
}: RunnerOptions<E, R>): Effect.fn.Return<Runner<R>, MigrationConflict | InvalidOptions | DatabaseError, Database> {
  const between = yield* checked(() => positiveDuration("out-of-band migrations", "refreshInterval", refreshInterval))
  yield* register(migrations)
  const started = migrations.filter(({ id }) => only(id))
  /** The newest that is known of each; ticks work on nothing older. */
  const latest = new Map<number, MigrationState>()

  const learn = (outcome: StepOutcome<E>): void => {
    if ("state" in outcome) latest.set(outcome.state.id, outcome.state)
  }
  const refresh = Effect.gen(function* () {
    for (const state of yield* list) latest.set(state.id, state)
    for (const migration of started) learn(yield* step(migration, { work: false, measure: true }))
  })
  const work = Effect.fnUntraced(function* (migration: OutOfBandMigration<E, R>) {
    const known = latest.get(migration.id)
    if (known !== undefined && isComplete(known)) return
    const outcome = yield* step(migration, { work: true, measure: true })
    learn(outcome)
    if (outcome._tag === "Stepped") yield* report(outcome)
  })
  const tickOf = (migration: OutOfBandMigration<E, R>) =>
    work(migration).pipe(
      // the step's own transaction is lost with the connection, and the error that it would have written
      Effect.tapError((error) => addError(migration.id, error.message).pipe(Effect.ignore)),
      Effect.catch((error) => Effect.logError("Out-of-band migration: cannot make a step", error)),
      Effect.annotateLogs({ migration: migration.id })
    )

  const loops = started.map((migration) =>
    Routine.run({
      name: `out-of-band-migration.${migration.id}`,
      run: tickOf(migration),
      interval: migration.interval
    }).pipe(Effect.delay(migration.interval))
  )
  const refreshes = Routine.run({
    name: "out-of-band-migrations.refresh",
    run: Effect.delay(refresh, between),
    interval: "1 millis"
  })
  return {
    refresh,
    tick: (id) => {
      const migration = started.find((each) => each.id === id)
      const known = started.map((each) => each.id)
      return migration === undefined ? Effect.fail(new MigrationUnknown({ id, known })) : tickOf(migration)
    },
    run: refresh.pipe(
      Effect.catch((error) => Effect.logError("Out-of-band migrations: cannot look at them yet", error)),
      Effect.andThen(Effect.all([refreshes, ...loops], { concurrency: "unbounded" })),
      Effect.andThen(Effect.never)
    )
  }
})

const report = <E>({ exit, state }: Extract<StepOutcome<E>, { readonly _tag: "Stepped" }>): Effect.Effect<void> => {
  const direction = state.applyReverse ? "down" : "up"
  if (exit._tag === "Failure") {
    return Effect.logWarning(`Out-of-band migration: a step ${direction} failed: ${reasonOf(exit.cause)}`)
  }
  return isComplete(state) ? Effect.logInfo(`Out-of-band migration: ${direction} is complete`) : Effect.void
}

/** Registers, and runs for as long as the layer lives. @category layers */
export const layer = <E, R>(
  options: RunnerOptions<E, R>
): Layer.Layer<never, MigrationConflict | InvalidOptions | DatabaseError, Database | R> =>
  Layer.effectDiscard(Effect.flatMap(make(options), ({ run }) => Effect.forkScoped(run)))
