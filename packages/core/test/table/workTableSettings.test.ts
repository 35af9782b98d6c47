import { assert, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { readFileSync } from "node:fs"
import { inject } from "vitest"
import { workTableSettings } from "../../src/index.ts"
import { execute } from "../support/createTable.ts"
import { testDatabase } from "../support/database.ts"

const optionsOf = (table: string) =>
  Effect.map(execute(`select reloptions from pg_class where oid = '${table}'::regclass`), ([row]) => row!["reloptions"])

const fixture = Layer.effectDiscard(
  execute(`create schema "my ""own"; create table "my ""own"."a table" (id int)`)
).pipe(Layer.provideMerge(testDatabase({ template: inject("templateDatabase") })))

layer(fixture, { excludeTestServices: true })("The settings of a work table", (it) => {
  it.effect("can be given to any table, whatever its name and schema", () =>
    Effect.gen(function* () {
      yield* execute(workTableSettings("a table", `my "own`))

      const options = yield* optionsOf(`"my ""own"."a table"`)
      assert.includeMembers(options as Array<string>, ["fillfactor=70", "autovacuum_vacuum_cost_delay=0"])
    })
  )

  it.effect("are those that the migrations give to the jobs table", () =>
    Effect.gen(function* () {
      const migrated = yield* optionsOf("jobs")
      yield* execute(
        `alter table jobs reset (${(migrated as Array<string>).map((one) => one.split("=")[0]).join(", ")})`
      )
      yield* execute(workTableSettings("jobs"))

      assert.deepStrictEqual(yield* optionsOf("jobs"), migrated)
      assert.include(
        readFileSync(new URL("../../../../drizzle/0002_tune_jobs_storage.sql", import.meta.url), "utf8"),
        workTableSettings("jobs")
      )
    })
  )
})
