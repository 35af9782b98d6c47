/** Migrations whose progress is a list, and whose steps are counted. */
import { Effect, Layer, Logger } from "effect"
import { inject } from "vitest"
import { OutOfBandMigration, OutOfBandMigrations } from "../../../src/index.ts"
import { testDatabase } from "../../support/database.ts"
import { execute } from "../../support/createTable.ts"

/** The schema as the migrations make it, and no log lines between the tests' own. */
export const migratedDatabase = Layer.merge(testDatabase({ template: inject("templateDatabase") }), Logger.layer([]))

export interface Script {
  readonly id?: number
  /** What is computed at the start, and after each step; the last stays. */
  readonly progress?: ReadonlyArray<number>
  readonly step?: Effect.Effect<void, Error>
  readonly introduced?: string
  readonly deprecated?: string
}

export const description = {
  team: "batch-changes",
  component: "credentials",
  description: "a migration of a test",
  introduced: "3.10"
}

export const scripted = ({ id = 1, progress = [0.5], step = Effect.void, ...versions }: Script = {}) => {
  const counts = { up: 0, down: 0, progress: 0 }
  const counted = (direction: "up" | "down") =>
    Effect.andThen(
      Effect.sync(() => void counts[direction]++),
      step
    )
  const migration = OutOfBandMigration.make({
    ...description,
    ...versions,
    id,
    progress: Effect.sync(() => progress[Math.min(counts.progress++, progress.length - 1)]!),
    up: counted("up"),
    down: counted("down")
  })
  return { migration, counts }
}

/** No migration is known yet. */
export const forgetAll = execute("truncate out_of_band_migrations cascade")

/** A runner that has looked at everything once. */
export const started = Effect.fnUntraced(function* (
  ...migrations: ReadonlyArray<ReturnType<typeof scripted>["migration"]>
) {
  const runner = yield* OutOfBandMigrations.make({ migrations })
  yield* runner.refresh
  return runner
})

/** So many intervals of a migration pass. */
export const ticks = (runner: OutOfBandMigrations.Runner, count: number, id = 1) =>
  Effect.repeat(runner.tick(id), { times: count - 1 })

export const stateOf = (id: number) =>
  Effect.map(OutOfBandMigrations.list, (all) => all.find((each) => each.id === id)!)
