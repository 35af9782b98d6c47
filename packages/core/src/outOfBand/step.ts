/**
 * One step of a migration, as one transaction, by one process at a time.
 *
 * The lock is an advisory one that ends with the transaction: the others look on and do not wait, and the direction can
 * be changed while a step runs. Since the progress is computed and written under it, nobody writes an older one over it.
 */
import { sql } from "drizzle-orm"
import { Cause, Effect, Exit } from "effect"
import { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import { operationMetrics } from "../observability/operationMetrics.ts"
import { isComplete } from "./isComplete.ts"
import { addError, find, type MigrationState, updateProgress } from "./MigrationState.ts"
import { reasonOf } from "./mayPass.ts"
import { InvalidProgress } from "./OutOfBandError.ts"
import type { OutOfBandMigration, StepReport } from "./OutOfBandMigration.ts"

/**
 * `Busy`: another process has it. `Unregistered`: the database does not know it. `Rested`: nothing was to be done.
 * `Stepped`: `up` or `down` ran, and either reported or failed.
 */
export type StepOutcome<E> =
  | { readonly _tag: "Busy" }
  | { readonly _tag: "Unregistered" }
  | { readonly _tag: "Rested"; readonly state: MigrationState }
  | {
      readonly _tag: "Stepped"
      readonly state: MigrationState
      readonly exit: Exit.Exit<StepReport | void, E | DatabaseError>
      /** Whether the state's progress was computed after the step. */
      readonly measured: boolean
    }

/** The first number of the lock's key; the second is the migration's id. Others may take any other number. */
const LOCK = 7_102_735

export interface StepOptions {
  /** False computes the progress only, and moves nothing. */
  readonly work: boolean
  /** Whether to compute the progress after a step that reports that there is more to do. */
  readonly measure: boolean
}

export const step = Effect.fnUntraced(function* <E, R>(
  migration: OutOfBandMigration<E, R>,
  { measure, work }: StepOptions
) {
  const { run, transaction } = yield* Database
  const { id } = migration
  const take = Effect.gen(function* (): Effect.fn.Return<StepOutcome<E>, DatabaseError, Database | R> {
    const [lock] = yield* run((db) =>
      db.execute<{ taken: boolean }>(sql`select pg_try_advisory_xact_lock(${LOCK}::int, ${id}::int) as taken`)
    )
    if (lock?.taken !== true) return { _tag: "Busy" }
    // read under the lock: it may have been turned since it was looked at last
    const before = yield* find(id)
    if (before === undefined) return { _tag: "Unregistered" }
    if (!work) return { _tag: "Rested", state: yield* measured(migration, before) }
    if (isComplete(before)) return { _tag: "Rested", state: before }

    const op = before.applyReverse ? "down" : "up"
    const exit = yield* transaction(migration[op]).pipe(metricsOf(id).track(op), settled)
    if (Exit.isFailure(exit)) yield* addError(id, reasonOf(exit.cause))
    const more = Exit.isSuccess(exit) && exit.value?.more === true
    if (more && !measure) return { _tag: "Stepped", exit, state: before, measured: false }
    return { _tag: "Stepped", exit, state: yield* measured(migration, before), measured: true }
  })
  return yield* transaction(take)
})

/** Computes the progress and writes it. One that cannot be computed stays, and says why among the errors. */
const measured = Effect.fnUntraced(function* <E, R>(migration: OutOfBandMigration<E, R>, state: MigrationState) {
  const { transaction } = yield* Database
  const exit = yield* transaction(migration.progress).pipe(
    Effect.filterOrFail(
      (progress) => progress >= 0 && progress <= 1,
      (progress) => new InvalidProgress({ progress })
    ),
    settled
  )
  if (Exit.isFailure(exit)) {
    yield* addError(state.id, reasonOf(exit.cause))
    return state
  }
  yield* updateProgress(state.id, exit.value)
  return { ...state, progress: exit.value }
})

/** How it ended, unless it was stopped: that ends the step, and undoes it. */
const settled = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Exit.Exit<A, E>, never, R> =>
  Effect.flatMap(Effect.exit(effect), (exit) =>
    Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause) ? Effect.interrupt : Effect.succeed(exit)
  )

const metrics = new Map<number, ReturnType<typeof operationMetrics>>()

const metricsOf = (id: number) => {
  const known = metrics.get(id) ?? operationMetrics("drover_oobmigration", { migration: String(id) })
  metrics.set(id, known)
  return known
}
