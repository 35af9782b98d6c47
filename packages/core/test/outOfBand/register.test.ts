import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { OutOfBandMigration, OutOfBandMigrations } from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { description, forgetAll, migratedDatabase, scripted, stateOf } from "./support/scripted.ts"

const described = (text: string, id = 1) =>
  OutOfBandMigration.make({
    ...description,
    id,
    description: text,
    deprecated: "3.12",
    progress: Effect.succeed(1),
    up: Effect.void,
    down: Effect.void
  })

layer(migratedDatabase, { excludeTestServices: true })("Registering out-of-band migrations", (it) => {
  it.effect("writes what the code says, with nothing done yet", () =>
    Effect.gen(function* () {
      yield* forgetAll
      yield* OutOfBandMigrations.register([described("encrypt")])

      assert.deepInclude(yield* stateOf(1), {
        team: "batch-changes",
        component: "credentials",
        description: "encrypt",
        introduced: { major: 3, minor: 10 },
        deprecated: { major: 3, minor: 12 },
        progress: 0,
        nonDestructive: false,
        applyReverse: false,
        lastUpdatedAt: undefined
      })
    })
  )

  it.effect("again writes only what the code says otherwise now: direction and progress stay", () =>
    Effect.gen(function* () {
      yield* forgetAll
      yield* OutOfBandMigrations.register([described("encrypt")])
      yield* execute("update out_of_band_migrations set progress = 0.5, apply_reverse = true")
      yield* OutOfBandMigrations.register([described("encrypt well")])
      const [before] = yield* execute("select xmin from out_of_band_migrations")
      yield* OutOfBandMigrations.register([described("encrypt well")])
      const [after] = yield* execute("select xmin from out_of_band_migrations")

      assert.deepInclude(yield* stateOf(1), { description: "encrypt well", progress: 0.5, applyReverse: true })
      assert.deepStrictEqual(after, before)
    })
  )

  it.effect("refuses two with one id, and writes neither", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const error = yield* Effect.flip(OutOfBandMigrations.make({ migrations: [described("one"), described("other")] }))

      assert.strictEqual(error._tag, "MigrationConflict")
      assert.match(error.message, /migration 1 is registered twice: "one" and "other"/)
      assert.deepStrictEqual(yield* OutOfBandMigrations.list, [])
    })
  )

  it.effect("of programs that start at once is safe", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const ids = [1, 2, 3, 4]
      const of = (order: ReadonlyArray<number>) =>
        OutOfBandMigrations.register(order.map((id) => described("same", id)))
      yield* Effect.all([of(ids), of(ids.toReversed()), of([3, 1, 4, 2])], { concurrency: "unbounded" })

      assert.deepStrictEqual(
        (yield* OutOfBandMigrations.list).map(({ id }) => id),
        [4, 3, 2, 1]
      )
    })
  )

  it.effect("lets the direction of one that nobody registered be refused, with those that are there", () =>
    Effect.gen(function* () {
      yield* forgetAll
      yield* OutOfBandMigrations.register([scripted({ id: 4 }).migration])
      const error = yield* Effect.flip(OutOfBandMigrations.updateDirection(5, "down"))

      assert.strictEqual(error.message, "There is no out-of-band migration 5. There are 4")
    })
  )
})
