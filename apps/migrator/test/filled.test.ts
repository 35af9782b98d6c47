/**
 * Every migration applies to a database that the release before it has filled, and loses no row of it.
 */
import { describe, expect, it } from "vitest"
import { Migrations } from "@drover/core"
import { Effect, Redacted } from "effect"
import { fill } from "./support/fill.ts"
import { firstMigrations, journal } from "./support/folder.ts"
import { type Query, withDatabase } from "./support/migrator.ts"

const migrations = journal().map(({ tag }) => tag)

const apply = (url: string, count: number) =>
  Effect.runPromise(Migrations.apply({ url: Redacted.make(url), folder: firstMigrations(count) }))

const counts = async (query: Query): Promise<Readonly<Record<string, number>>> => {
  const tables = await query(
    `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`
  )
  const found: Record<string, number> = {}
  for (const { name } of tables) {
    const [row] = await query(`select count(*)::int as n from "${String(name)}"`)
    found[String(name)] = Number(row!["n"])
  }
  return found
}

describe("Each migration, on a database filled by the release before", () => {
  it.each(migrations.map((name, at) => [name, at] as const))("%s applies, and loses nothing", async (_name, at) => {
    await withDatabase(async (url, query) => {
      await apply(url, at)
      await fill(query)
      const before = await counts(query)
      expect(Object.entries(before).filter(([, count]) => count === 0)).toEqual([])

      const applied = await apply(url, at + 1)

      expect(applied.map(({ name }) => name)).toEqual([migrations[at]])
      expect(await counts(query)).toMatchObject(before)
    })
  })

  it("the newest leaves a schema that can be filled in every table", async () => {
    await withDatabase(async (url, query) => {
      await apply(url, migrations.length)
      await fill(query)
      const empty = Object.entries(await counts(query)).filter(([, count]) => count === 0)
      expect(empty).toEqual([])
    })
  })
})
