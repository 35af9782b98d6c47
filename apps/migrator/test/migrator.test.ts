import { execFile } from "node:child_process"
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import postgres from "postgres"
import { describe, expect, inject, it } from "vitest"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

const migrator = (url: string, ...args: ReadonlyArray<string>) =>
  promisify(execFile)(process.execPath, [main, "up", ...args], { env: { ...process.env, DATABASE_URL: url } })

let databases = 0

const withDatabase = async (use: (url: string, sql: postgres.Sql) => Promise<void>): Promise<void> => {
  const name = `migrator_test_${process.pid}_${databases++}`
  const url = new URL(inject("postgresUrl"))
  url.pathname = `/${name}`
  const admin = postgres(inject("postgresUrl"), { max: 1, onnotice: () => {} })
  await admin.unsafe(`create database ${name}`)
  const sql = postgres(url.href, { max: 1, onnotice: () => {} })
  try {
    await use(url.href, sql)
  } finally {
    await sql.end({ timeout: 1 })
    await admin.unsafe(`drop database ${name} with (force)`)
    await admin.end()
  }
}

describe("migrator up", () => {
  it("brings an empty database to the current schema, however many run at once", async () => {
    await withDatabase(async (url, sql) => {
      await Promise.all([migrator(url), migrator(url), migrator(url), migrator(url)])
      const { stdout } = await migrator(url)

      expect(stdout).toContain("up to date")
      const tables = await sql`select table_name as name from information_schema.tables where table_schema = 'public'`
      expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(["jobs", "pull_requests", "repositories"]))
    })
  })

  it("applies nothing of a run in which one migration fails, and says what failed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "drover-migrations-"))
    mkdirSync(join(folder, "meta"))
    const entries = ["0000_create_a", "0001_break"].map((tag, idx) => ({ idx, version: "7", when: idx + 1, tag, breakpoints: true }))
    writeFileSync(join(folder, "meta/_journal.json"), JSON.stringify({ version: "7", dialect: "postgresql", entries }))
    writeFileSync(join(folder, "0000_create_a.sql"), "create table a (id int)")
    writeFileSync(join(folder, "0001_break.sql"), "alter table nowhere add column b int")
    try {
      await withDatabase(async (url, sql) => {
        await expect(migrator(url, "--folder", folder)).rejects.toMatchObject({
          code: 1,
          stderr: expect.stringContaining(`relation "nowhere" does not exist`)
        })

        const [a] = await sql`select to_regclass('public.a') as name`
        expect(a?.["name"]).toBeNull()
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
