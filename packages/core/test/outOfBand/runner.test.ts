import { assert, layer } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Queue, Scope } from "effect"
import { PrometheusMetrics } from "effect/observability"
import { OutOfBandMigration, OutOfBandMigrations } from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { description, forgetAll, migratedDatabase, scripted, started, stateOf, ticks } from "./support/scripted.ts"

const reverse = (id: number) => OutOfBandMigrations.updateDirection(id, "down")

layer(migratedDatabase, { excludeTestServices: true })("A runner of out-of-band migrations", (it) => {
  it.effect("makes one step an interval", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const { counts, migration } = scripted()
      yield* ticks(yield* started(migration), 3)

      assert.deepInclude(counts, { up: 3, down: 0 })
    })
  )

  it.effect("writes an error down, and computes the progress all the same", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const { counts, migration } = scripted({ progress: [0.5, 0.6], step: Effect.fail(new Error("uh-oh")) })
      yield* ticks(yield* started(migration), 1)

      const { errors, lastUpdatedAt, progress } = yield* stateOf(1)
      assert.deepStrictEqual(
        errors.map(({ message, occurrences }) => [message, occurrences]),
        [["uh-oh", 1]]
      )
      assert.strictEqual(progress, 0.6)
      assert.isDefined(lastUpdatedAt)
      assert.strictEqual(counts.up, 1)
    })
  )

  it.effect("counts an error that comes again, and keeps the newest hundred others", () =>
    Effect.gen(function* () {
      yield* forgetAll
      let told = 0
      const step = Effect.suspend(() => Effect.fail(new Error(`trouble ${Math.floor(told++ / 2)}`)))
      yield* ticks(yield* started(scripted({ step }).migration), 300)

      const { errors } = yield* stateOf(1)
      assert.strictEqual(errors.length, 100)
      assert.deepInclude(errors[0], { message: "trouble 149", occurrences: 2 })
      assert.deepInclude(errors[99], { message: "trouble 50", occurrences: 2 })
    })
  )

  it.effect("undoes what a step that fails has written", () =>
    Effect.gen(function* () {
      yield* forgetAll
      yield* execute("create table half_done (id int)")
      const migration = OutOfBandMigration.make({
        ...description,
        id: 1,
        progress: Effect.succeed(0),
        up: Effect.andThen(execute("insert into half_done values (1)"), Effect.fail(new Error("then this"))),
        down: Effect.void
      })
      const runner = yield* OutOfBandMigrations.make({ migrations: [migration] })
      yield* runner.refresh
      yield* runner.tick(1)

      assert.deepStrictEqual(yield* execute("select * from half_done"), [])
      assert.strictEqual((yield* stateOf(1)).errors[0]?.message, "then this")
    })
  )

  it.effect("writes down a progress that cannot be computed, a step that dies and a statement that is refused", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const odd = [Effect.die(new Error("broken")), execute("select 1 / 0"), Effect.void]
      let at = 0
      const migration = OutOfBandMigration.make({
        ...description,
        id: 1,
        progress: Effect.sync(() => (at === odd.length ? 1.5 : 0.25)),
        up: Effect.suspend((): Effect.Effect<unknown, unknown> => odd[at++] as never).pipe(Effect.asVoid),
        down: Effect.void
      })
      const runner = yield* OutOfBandMigrations.make({ migrations: [migration] })
      yield* runner.refresh
      yield* Effect.repeat(runner.tick(1), { times: 2 })

      const { errors, progress } = yield* stateOf(1)
      assert.strictEqual(progress, 0.25)
      assert.match(errors[0]!.message, /from 0 to 1, but is 1.5/)
      assert.match(errors[1]!.message, /division by zero/)
      assert.strictEqual(errors[2]!.message, "broken")
    })
  )

  it.effect("leaves each migration when it is complete, in its direction", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const one = scripted({ id: 1, progress: [0.5] })
      const two = scripted({ id: 2, progress: [0.05, 0] })
      const three = scripted({ id: 3, progress: [0.95, 1] })
      yield* OutOfBandMigrations.register([two.migration])
      yield* reverse(2)
      const runner = yield* started(one.migration, two.migration, three.migration)
      for (const id of [1, 2, 3]) yield* ticks(runner, 5, id)

      assert.deepInclude(one.counts, { up: 5, down: 0 })
      assert.deepInclude(two.counts, { up: 0, down: 1 })
      assert.deepInclude(three.counts, { up: 1, down: 0 })
    })
  )

  it.effect("ends the way up at 1", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const { counts, migration } = scripted({ progress: [0.8, 0.9, 1] })
      yield* ticks(yield* started(migration), 5)

      assert.deepInclude(counts, { up: 2, down: 0 })
    })
  )

  it.effect("ends the way down at 0", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const { counts, migration } = scripted({ progress: [0.2, 0.1, 0] })
      yield* OutOfBandMigrations.register([migration])
      yield* reverse(1)
      yield* ticks(yield* started(migration), 5)

      assert.deepInclude(counts, { up: 0, down: 2 })
    })
  )

  it.effect("turns when somebody has turned the direction in the database", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const { counts, migration } = scripted({ progress: [0.2, 0.1, 0] })
      yield* OutOfBandMigrations.register([migration])
      yield* reverse(1)
      const runner = yield* started(migration)
      yield* ticks(runner, 5)
      yield* OutOfBandMigrations.updateDirection(1, "up")
      yield* runner.refresh
      yield* ticks(runner, 5)

      assert.deepInclude(counts, { up: 5, down: 2 })
    })
  )

  it.effect("turns at its next step when it is on its way", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const { counts, migration } = scripted()
      const runner = yield* started(migration)
      yield* ticks(runner, 2)
      yield* reverse(1)
      yield* ticks(runner, 2)

      assert.deepInclude(counts, { up: 2, down: 2 })
    })
  )

  it.effect("believes the data and not the table", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const { counts, migration } = scripted({ progress: [0.2, 0.2, 0.2, 0.2, 0.2, 0.2, 0.45] })
      const runner = yield* started(migration)
      yield* ticks(runner, 5)
      yield* execute("update out_of_band_migrations set progress = 1")
      yield* runner.refresh
      yield* ticks(runner, 5)

      assert.strictEqual(counts.up, 10)
      assert.strictEqual((yield* stateOf(1)).progress, 0.45)
    })
  )

  it.effect("runs only those that it is told to, and registers all", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const all = [1, 2, 3].map((id) => scripted({ id }))
      const runner = yield* OutOfBandMigrations.make({
        migrations: all.map(({ migration }) => migration),
        only: (id) => id !== 2
      })
      yield* runner.refresh
      for (let tick = 0; tick < 64; tick++) yield* runner.tick(tick % 2 === 0 ? 1 : 3)

      assert.deepStrictEqual(
        all.map(({ counts }) => counts.up),
        [32, 0, 32]
      )
      assert.strictEqual((yield* Effect.flip(runner.tick(2)))._tag, "MigrationUnknown")
      assert.deepStrictEqual(
        (yield* OutOfBandMigrations.list).map(({ id }) => id),
        [3, 2, 1]
      )
    })
  )

  it.effect("lets alone what it does not know", () =>
    Effect.gen(function* () {
      yield* forgetAll
      yield* OutOfBandMigrations.register([scripted({ id: 7 }).migration])
      const runner = yield* started(scripted({ id: 1 }).migration)
      yield* runner.refresh

      assert.strictEqual((yield* stateOf(7)).progress, 0)
    })
  )

  it.effect("lets a way down that is not allowed say so, and moves nothing", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const migration = OutOfBandMigration.make({
        ...description,
        id: 1,
        progress: Effect.succeed(1),
        up: Effect.void,
        down: OutOfBandMigration.downNotAllowed("set ALLOW_DECRYPTION=true to write secrets in the clear")
      })
      yield* OutOfBandMigrations.register([migration])
      yield* reverse(1)
      const runner = yield* OutOfBandMigrations.make({ migrations: [migration] })
      yield* runner.refresh
      yield* Effect.repeat(runner.tick(1), { times: 4 })

      const { errors, progress } = yield* stateOf(1)
      assert.strictEqual(progress, 1)
      assert.strictEqual(errors.length, 1)
      assert.deepInclude(errors[0], {
        message: "The way down is not allowed: set ALLOW_DECRYPTION=true to write secrets in the clear",
        occurrences: 5
      })
    })
  )

  it.effect("counts steps and failures by migration and direction", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const good = scripted({ id: 901 })
      const bad = scripted({ id: 902, step: Effect.fail(new Error("uh-oh")) })
      const runner = yield* started(good.migration, bad.migration)
      yield* ticks(runner, 3, 901)
      yield* ticks(runner, 2, 902)
      yield* reverse(901)
      yield* ticks(runner, 1, 901)

      const text = yield* PrometheusMetrics.format()
      const value = (name: string, id: number, op: string) =>
        text
          .split("\n")
          .find((line) => line.startsWith(name) && line.includes(`migration="${id}"`) && line.includes(`op="${op}"`))
          ?.split(" ")
          .at(-1)
      assert.strictEqual(value("drover_oobmigration_total{", 901, "up"), "3")
      assert.strictEqual(value("drover_oobmigration_total{", 901, "down"), "1")
      assert.strictEqual(value("drover_oobmigration_errors_total{", 902, "up"), "2")
      assert.strictEqual(value("drover_oobmigration_duration_milliseconds_count{", 901, "up"), "3")
    })
  )

  it.effect("ticks and refreshes by itself for as long as its layer lives", () =>
    Effect.gen(function* () {
      yield* forgetAll
      const steps = yield* Queue.unbounded<string>()
      const migration = OutOfBandMigration.make({
        ...description,
        id: 1,
        interval: "1 millis",
        progress: Effect.succeed(0.5),
        up: Effect.asVoid(Queue.offer(steps, "up")),
        down: Effect.asVoid(Queue.offer(steps, "down"))
      })
      const scope = yield* Scope.make()
      yield* Layer.buildWithScope(
        OutOfBandMigrations.layer({ migrations: [migration], refreshInterval: "1 millis" }),
        scope
      )
      yield* Queue.takeN(steps, 5)
      yield* reverse(1)
      yield* Queue.take(steps).pipe(Effect.repeat({ until: (direction) => direction === "down" }))
      yield* Scope.close(scope, Exit.void)
      yield* Queue.clear(steps)
      yield* OutOfBandMigrations.list

      assert.strictEqual(yield* Queue.size(steps), 0)
    })
  )

  it.effect("undoes the step in which it is stopped", () =>
    Effect.gen(function* () {
      yield* forgetAll
      yield* execute("create table interrupted (id int)")
      const inside = yield* Queue.unbounded<void>()
      const migration = OutOfBandMigration.make({
        ...description,
        id: 1,
        progress: Effect.succeed(0.5),
        up: execute("insert into interrupted values (1)").pipe(
          Effect.andThen(Queue.offer(inside, undefined)),
          Effect.andThen(Effect.never)
        ),
        down: Effect.void
      })
      const runner = yield* OutOfBandMigrations.make({ migrations: [migration] })
      yield* runner.refresh
      const fiber = yield* Effect.forkChild(runner.tick(1))
      yield* Queue.take(inside)
      yield* Fiber.interrupt(fiber)

      assert.deepStrictEqual(yield* execute("select * from interrupted"), [])
      assert.deepStrictEqual((yield* stateOf(1)).errors, [])
    })
  )
})
