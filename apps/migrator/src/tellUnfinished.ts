/**
 * Says which out-of-band migrations are unfinished.
 */
import { OutOfBandMigrations } from "@drover/core"
import type { DroverMigration } from "@drover/handlers/outOfBandMigrations"
import { Console, Effect } from "effect"
import { withDatabase, withoutKeys } from "./withDatabase.ts"

/** Registers those of this code, and computes how far they are. */
export const current = Effect.fnUntraced(function* (migrations: ReadonlyArray<DroverMigration>) {
  const { refresh } = yield* OutOfBandMigrations.make({ migrations })
  yield* refresh
  return yield* OutOfBandMigrations.list
})

export const tellUnfinished = Effect.fnUntraced(
  function* (migrations: ReadonlyArray<DroverMigration>) {
    const known = new Set(migrations.map(({ id }) => id))
    const unfinished = (yield* current(migrations)).filter(
      (state) => known.has(state.id) && !OutOfBandMigrations.isComplete(state)
    )
    if (unfinished.length === 0) return
    yield* Console.log(`${unfinished.length} out-of-band migration(s) are unfinished:`)
    for (const { applyReverse, description, id, progress } of unfinished) {
      yield* Console.log(
        `  ${id}  ${applyReverse ? "down" : "up"}  ${OutOfBandMigrations.percent(progress)}  ${description}`
      )
    }
    yield* Console.log("Workers go on with them; `migrator out-of-band up` brings them to completion now.")
  },
  withoutKeys,
  withDatabase,
  // other migrations than Drover's have no such tables
  (effect) =>
    Effect.catchIf(
      effect,
      (error) => error._tag === "StatementRejected" && error.code === "42P01",
      () => Effect.void
    )
)
