import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { OutOfBandMigrations } from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { forgetAll, migratedDatabase, scripted } from "./support/scripted.ts"

const { validateMigrations, version } = OutOfBandMigrations
type Row = readonly [introduced: string, deprecated: string | undefined, progress: number]

const validated = (rows: ReadonlyArray<Row>, current = "3.12", first = "3.0") =>
  validateMigrations(
    rows.map(([introduced, deprecated, progress], at) => ({
      id: at + 1,
      introduced: version(introduced),
      deprecated: deprecated === undefined ? undefined : version(deprecated),
      progress
    })),
    version(current),
    version(first)
  )

describe("A release and the migrations of its database", () => {
  it("fit where all that is deprecated is done, and nothing has begun that comes later", () => {
    const rows: ReadonlyArray<Row> = [
      ["3.10", "3.11", 1],
      ["3.11", "3.13", 1],
      ["3.11", "3.12", 1],
      ["3.12", undefined, 0],
      ["3.13", undefined, 0]
    ]
    assert.isUndefined(validated(rows))
  })

  it("do not fit where what is deprecated is unfinished", () => {
    assert.include(validated([["3.11", "3.12", 0.65]])?.message, "migration 1 expected to be at 100% (at 65%)")
  })

  it("do not fit where something of a later release has begun", () => {
    const error = validated([["3.13", "3.15", 0.15]])
    assert.include(error?.message, "migration 1 expected to be at 0% (at 15%)")
    assert.include(error?.message, "`migrator out-of-band down 1` with release 3.13 or later")
  })

  it("fit where the database began after the deprecation: the old form has never been there", () => {
    assert.isUndefined(validated([["3.9", "3.11", 0]], "3.12", "3.11"))
    assert.isDefined(validated([["3.9", "3.11", 0]], "3.12", "3.10"))
  })

  it("are compared by number, and not by text", () => {
    assert.isUndefined(validated([["3.9", undefined, 0.5]]))
    assert.isDefined(validated([["4.0", undefined, 0.5]], "3.100"))
  })

  it("tell of all that does not fit, by id", () => {
    const error = validated([
      ["3.11", "3.12", 0.999999],
      ["3.13", undefined, 0.5]
    ])
    assert.deepStrictEqual(
      error?.unexpected.map(({ id, expected }) => [id, expected]),
      [
        [1, 1],
        [2, 0]
      ]
    )
    assert.include(error?.message, "(at 99.99%)")
  })

  it("are refused where a version is none", () => {
    assert.deepStrictEqual(version("v3.12.1-rc.1"), { major: 3, minor: 12 })
    assert.throws(() => version("three"), /"three" is no version: write major.minor/)
  })
})

layer(migratedDatabase, { excludeTestServices: true })("A program that starts", (it) => {
  const start = (release: string, skipValidation = false) =>
    OutOfBandMigrations.start({ service: "worker", version: release, skipValidation })
  const seen = execute("select first_version, version from instance_versions where service = 'worker'")

  it.effect("is remembered by its first release and its last, and refused where the data does not fit", () =>
    Effect.gen(function* () {
      yield* forgetAll
      yield* OutOfBandMigrations.register([scripted({ introduced: "3.10", deprecated: "3.12" }).migration])
      yield* start("3.10.4")
      yield* execute("update out_of_band_migrations set progress = 0.5")
      yield* start("3.11.0")
      const error = yield* Effect.flip(start("3.12.0"))
      assert.strictEqual(error._tag, "MigrationsUnfinished")
      assert.deepStrictEqual(yield* seen, [{ first_version: "3.10.4", version: "3.11.0" }])

      yield* execute("update out_of_band_migrations set progress = 1")
      yield* start("3.12.0")
      assert.deepStrictEqual(yield* seen, [{ first_version: "3.10.4", version: "3.12.0" }])
      assert.isTrue(Exit.isFailure(yield* Effect.exit(start("3.9.0"))))
      yield* start("3.9.0", true)
    })
  )
})
