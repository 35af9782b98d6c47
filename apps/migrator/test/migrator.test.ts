import { Database } from "@drover/core"
import { TestDatabase } from "@drover/core/testing"
import { sql } from "drizzle-orm"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe, expect, inject, it } from "vitest"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

const migrator = (url: string, ...args: ReadonlyArray<string>) =>
  promisify(execFile)(process.execPath, [main, "up", ...args], { env: { ...process.env, DATABASE_URL: url } })

type Query = (statement: string) => Promise<ReadonlyArray<Record<string, unknown>>>

/** An empty database, and a way to ask it. */
const withDatabase = (use: (url: string, query: Query) => Promise<void>): Promise<void> =>
  Effect.gen(function* () {
    const { url } = yield* TestDatabase
    const { run } = yield* Database
    yield* Effect.promise(() => use(url, (statement) => Effect.runPromise(run((db) => db.execute(sql.raw(statement))))))
  }).pipe(Effect.provide(TestDatabase.layer({ adminUrl: inject("postgresUrl") })), Effect.runPromise)

describe("migrator up", () => {
  it("brings an empty database to the current schema, however many run at once", async () => {
    await withDatabase(async (url, query) => {
      await Promise.all([migrator(url), migrator(url), migrator(url), migrator(url)])
      const { stdout } = await migrator(url)

      expect(stdout).toContain("up to date")
      const tables = await query(
        `select table_name as name from information_schema.tables where table_schema = 'public'`
      )
      expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(["jobs", "pull_requests", "repositories"]))
    })
  })

  it("applies nothing of a run in which one migration fails, and says what failed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "drover-migrations-"))
    mkdirSync(join(folder, "meta"))
    const entries = ["0000_create_a", "0001_break"].map((tag, idx) => ({
      idx,
      version: "7",
      when: idx + 1,
      tag,
      breakpoints: true
    }))
    writeFileSync(join(folder, "meta/_journal.json"), JSON.stringify({ version: "7", dialect: "postgresql", entries }))
    writeFileSync(join(folder, "0000_create_a.sql"), "create table a (id int)")
    writeFileSync(join(folder, "0001_break.sql"), "alter table nowhere add column b int")
    try {
      await withDatabase(async (url, query) => {
        await expect(migrator(url, "--folder", folder)).rejects.toMatchObject({
          code: 1,
          stderr: expect.stringContaining(`relation "nowhere" does not exist`)
        })

        const [a] = await query(`select to_regclass('public.a') as name`)
        expect(a?.["name"]).toBeNull()
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
