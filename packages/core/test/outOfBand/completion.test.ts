import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, Stream } from "effect"
import { DatabaseUnavailable, OutOfBandMigration, OutOfBandMigrations } from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { bodies, createLetters, failedRows, lettersMigration, unmigrated } from "./support/letters.ts"
import { description, forgetAll, migratedDatabase, scripted, stateOf } from "./support/scripted.ts"

let tables = 0

const letters = Effect.fnUntraced(function* (rows: number, options: Parameters<typeof lettersMigration>[1] = {}) {
  yield* forgetAll
  const name = `run_letters_${tables++}`
  yield* createLetters(name, rows)
  const migration = lettersMigration(name, options)
  yield* OutOfBandMigrations.register([migration])
  return { name, migration }
})

const { runToCompletion } = OutOfBandMigrations

layer(migratedDatabase, { excludeTestServices: true })("A migration that is run to completion", (it) => {
  it.effect("goes up, and down again", () =>
    Effect.gen(function* () {
      const { migration, name } = yield* letters(25, { batchSize: 4 })
      const states = yield* Stream.runCollect(runToCompletion(migration, "up"))
      assert.strictEqual(states.at(-1)?.progress, 1)
      assert.strictEqual((yield* bodies(name))[24], "ROW 25")

      yield* Stream.runDrain(runToCompletion(migration, "down"))
      assert.strictEqual((yield* bodies(name))[24], "row 25")
      assert.deepInclude(yield* stateOf(1), { progress: 0, applyReverse: true })
    })
  )

  it.effect("that is done already makes no step, whatever the table says", () =>
    Effect.gen(function* () {
      const { migration, name } = yield* letters(2)
      yield* execute(`update ${name} set upper = true`)
      const states = yield* Stream.runCollect(runToCompletion(migration, "up"))

      assert.deepStrictEqual(
        states.map(({ progress }) => progress),
        [1]
      )
      assert.deepStrictEqual(yield* bodies(name), ["row 1", "row 2"])
    })
  )

  it.effect("tries failed rows once more, and fails with those that are left when all else is done", () =>
    Effect.gen(function* () {
      const { migration, name } = yield* letters(30, { batchSize: 4 })
      yield* execute(`update ${name} set body = 'bad ' || id where id in (1, 2, 3, 17, 30)`)
      for (const attempts of [1, 2]) {
        const error = yield* Effect.flip(Stream.runDrain(runToCompletion(migration, "up")))

        assert.strictEqual(error._tag, "RowsLeftOver")
        if (error._tag !== "RowsLeftOver") return
        assert.strictEqual(error.count, 5)
        assert.deepStrictEqual(error.rows.map(({ recordId }) => recordId).toSorted(), ["1", "17", "2", "3", "30"])
        assert.include(error.message, "row 17: cannot read bad 17")
        assert.deepStrictEqual(yield* unmigrated(name), [1, 2, 3, 17, 30])
        assert.deepStrictEqual(new Set((yield* failedRows).map((row) => row["attempts"])), new Set([attempts]))
      }
      yield* execute(`update ${name} set body = 'good' where body like 'bad%'`)
      yield* Stream.runDrain(runToCompletion(migration, "up"))
      assert.deepStrictEqual(yield* failedRows, [])
    })
  )

  it.effect("whose way down is not allowed fails with the reason, says so in its errors, and stays upward", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const migration = OutOfBandMigration.make({
        ...description,
        id: 1,
        progress: Effect.succeed(1),
        up: Effect.void,
        down: OutOfBandMigration.downNotAllowed("not here")
      })
      yield* OutOfBandMigrations.register([migration])
      const error = yield* Effect.flip(Stream.runDrain(runToCompletion(migration, "down")))

      assert.strictEqual(error._tag, "DownNotAllowed")
      const { applyReverse, errors } = yield* stateOf(1)
      assert.strictEqual(applyReverse, false)
      assert.include(errors[0]?.message, "not here")
    })
  )

  it.effect("makes a step again whose failure may pass, and stops at one that will not", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const away = new DatabaseUnavailable({ code: "KMS", retryable: true, reason: "away", cause: undefined })
      const endings = [Effect.fail(away), Effect.void, Effect.fail(new Error("for good"))]
      const { counts, migration } = scripted({ step: Effect.suspend(() => endings.shift() as never) })
      yield* OutOfBandMigrations.register([migration])
      const error = yield* Effect.flip(Stream.runDrain(runToCompletion(migration, "up")))

      assert.strictEqual(error._tag, "StepFailed")
      assert.include(error.message, "for good")
      assert.strictEqual(counts.up, 3)
    })
  )

  it.effect("stops where steps change nothing", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const { migration } = scripted()
      yield* OutOfBandMigrations.register([migration])
      const error = yield* Effect.flip(Stream.runDrain(runToCompletion(migration, "up")))

      assert.strictEqual(error._tag, "MigrationStalled")
    })
  )

  it.effect("stops when somebody turns it", () =>
    Effect.gen(function* () {
      const inside = yield* Deferred.make<void>()
      const goOn = yield* Deferred.make<void>()
      const { migration } = yield* letters(20, {
        batchSize: 2,
        onUp: () => Effect.andThen(Deferred.succeed(inside, undefined), Deferred.await(goOn))
      })
      const run = yield* Effect.forkChild(Effect.flip(Stream.runDrain(runToCompletion(migration, "up"))))
      yield* Deferred.await(inside)
      yield* OutOfBandMigrations.updateDirection(1, "down") // while a step is under way: waits for nothing
      yield* Deferred.succeed(goOn, undefined)

      assert.include((yield* Fiber.join(run)).message, "turned it away from up")
    })
  )

  it.effect("beside another that does the same ends with it", () =>
    Effect.gen(function* () {
      yield* execute("create table run_handled (id int)")
      const { migration, name } = yield* letters(200, {
        batchSize: 5,
        onUp: (id) => execute(`insert into run_handled values (${id})`)
      })
      const again = lettersMigration(name, {
        batchSize: 7,
        onUp: (id) => execute(`insert into run_handled values (${id})`)
      })
      yield* Effect.all(
        [migration, again].map((each) => Stream.runDrain(runToCompletion(each, "up"))),
        {
          concurrency: "unbounded"
        }
      )

      const [handled] = yield* execute("select count(*)::int as n, count(distinct id)::int as rows from run_handled")
      assert.deepStrictEqual(handled, { n: 200, rows: 200 })
    })
  )

  it.effect("that is not registered says so", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const error = yield* Effect.flip(Stream.runDrain(runToCompletion(scripted({ id: 9 }).migration, "up")))
      assert.strictEqual(error._tag, "MigrationUnknown")
    })
  )
})
