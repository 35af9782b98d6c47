/**
 * Runs one migration until it is complete: step after step without a pause, while somebody watches.
 */
import { sql } from "drizzle-orm"
import { Cause, Clock, Effect, Exit, Queue, Stream } from "effect"
import { Database } from "../database/Database.ts"
import type { DatabaseError } from "../database/DatabaseError.ts"
import { leftOver, TriedBefore } from "./FailedRows.ts"
import { isComplete } from "./isComplete.ts"
import { reasonOf } from "./mayPass.ts"
import { find, type MigrationState, updateDirection } from "./MigrationState.ts"
import { DownNotAllowed, MigrationStalled, MigrationUnknown, RowsLeftOver, StepFailed } from "./OutOfBandError.ts"
import type { OutOfBandMigration } from "./OutOfBandMigration.ts"
import { step } from "./step.ts"

/** @category errors */
export type CompletionError =
  | DownNotAllowed
  | MigrationStalled
  | MigrationUnknown
  | RowsLeftOver
  | StepFailed
  | DatabaseError

/** How often the progress is computed while there is more to do: on a large table that costs more than a step. */
const MEASURE_EVERY_MILLIS = 2000
/** How long another process may take for its step. */
const BUSY = "100 millis"
/** A step that fails, and may not the next time, is made again so often in a row. */
const TRIES = 8
/** Steps that change nothing are stopped after so many. */
const STALLED = 100

/**
 * Turns the migration into `direction`, and emits where it is until it is complete. Every row that was passed by before
 * is tried once more; those that are left at the end are its failure. Safe beside workers that run the same migration.
 *
 * @category constructors
 */
export const runToCompletion = <E, R>(
  migration: OutOfBandMigration<E, R>,
  direction: "up" | "down"
): Stream.Stream<MigrationState, CompletionError, Database | R> =>
  Stream.callback<MigrationState, CompletionError, Database | R>(
    (queue) =>
      complete(migration, direction, (state) => Queue.offer(queue, state)).pipe(
        Effect.onExit((exit) => (Exit.isSuccess(exit) ? Queue.end(queue) : Queue.failCause(queue, exit.cause)))
      ),
    { bufferSize: 1, strategy: "sliding" }
  )

const complete = Effect.fnUntraced(function* <E, R>(
  migration: OutOfBandMigration<E, R>,
  direction: "up" | "down",
  emit: (state: MigrationState) => Effect.Effect<unknown>
): Effect.fn.Return<void, CompletionError, Database | R> {
  const { id } = migration
  const startedAs = yield* find(id)
  yield* updateDirection(id, direction)
  const turnBack = startedAs === undefined ? Effect.void : updateDirection(id, startedAs.applyReverse ? "down" : "up")
  const triedBefore = yield* databaseNow
  let measuredAt = -Infinity
  let failures = 0
  let unmoved = 0
  let last: MigrationState | undefined

  // what the table says may be old: the data decides whether there is anything to do
  yield* step(migration, { work: false, measure: true })
  for (;;) {
    const now = yield* Clock.currentTimeMillis
    const outcome = yield* step(migration, {
      work: true,
      measure: now - measuredAt >= MEASURE_EVERY_MILLIS
    }).pipe(Effect.provideService(TriedBefore, triedBefore))
    if (outcome._tag === "Unregistered") return yield* new MigrationUnknown({ id, known: [] })
    if (outcome._tag === "Busy") {
      yield* Effect.flatMap(find(id), (state) => (state === undefined ? Effect.void : emit(state)))
      yield* Effect.sleep(BUSY)
      continue
    }
    const { state } = outcome
    yield* emit(state)
    if (state.applyReverse !== (direction === "down")) {
      return yield* new StepFailed({ id, reason: `somebody turned it away from ${direction}`, cause: undefined })
    }
    if (isComplete(state)) return
    if (outcome._tag === "Rested") continue
    if (outcome.measured) measuredAt = yield* Clock.currentTimeMillis

    if (Exit.isFailure(outcome.exit)) {
      const error = Cause.squash(outcome.exit.cause)
      if (error instanceof DownNotAllowed) return yield* Effect.andThen(turnBack, error)
      failures += 1
      if (!isRetryable(error) || failures >= TRIES) {
        return yield* new StepFailed({ id, reason: reasonOf(outcome.exit.cause), cause: error })
      }
      yield* Effect.sleep(`${100 * 2 ** failures} millis`)
      continue
    }
    failures = 0
    const report = outcome.exit.value
    if (report?.more === true) continue
    if (report?.more === false) {
      const left = yield* leftOver({ id, reverse: state.applyReverse })
      if (left.count > 0) return yield* new RowsLeftOver({ id, ...left })
      yield* Effect.sleep(BUSY) // what is left is locked by somebody
    }
    unmoved = last?.progress === state.progress ? unmoved + 1 : 0
    last = state
    if (unmoved >= STALLED) return yield* new MigrationStalled({ id, progress: state.progress, steps: unmoved })
  }
})

const databaseNow = Effect.flatMap(Database, ({ run }) =>
  Effect.map(
    run((db) => db.execute<{ now: string }>(sql`select statement_timestamp()::text as now`)),
    ([row]) => String(row?.now)
  )
)

const isRetryable = (error: unknown): boolean =>
  typeof error === "object" && error !== null && Reflect.get(error, "retryable") === true
