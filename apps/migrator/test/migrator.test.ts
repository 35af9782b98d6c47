import { existsSync } from "node:fs"
import { describe, expect, inject, it } from "vitest"
import { folderOf, firstMigrations, journal } from "./support/folder.ts"
import { fixtureMigrator, migrator, withDatabase } from "./support/migrator.ts"

const names = journal().map(({ tag }) => tag)

describe("migrator up", () => {
  it("brings an empty database to the current schema, however many run at once, and applies each migration once", async () => {
    await withDatabase(async (url, query) => {
      const ended = await Promise.all(Array.from({ length: 4 }, () => migrator(url, "up")))

      expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0])
      const applied = ended.flatMap(({ stdout }) =>
        [...stdout.matchAll(/^applied (\S+) \(\d+ ms\)$/gm)].map(([, name]) => name)
      )
      expect(applied).toEqual(names)
      expect(ended.filter(({ stdout }) => stdout.includes("Nothing to do"))).toHaveLength(3)
      const tables = await query(
        `select table_name as name from information_schema.tables where table_schema = 'public'`
      )
      expect(tables.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["jobs", "pull_requests", "repositories", "out_of_band_migrations"])
      )
    })
  })

  it("applies only what is missing", async () => {
    await withDatabase(async (url) => {
      await migrator(url, "up", "--folder", firstMigrations(2))
      const { stdout } = await migrator(url, "up")

      expect(stdout).not.toContain(`applied ${names[1]}`)
      expect(stdout).toContain(`applied ${names[2]}`)
      expect(stdout).toContain(`applied ${names.at(-1)}`)
    })
  })

  it("applies nothing of a run in which one migration fails, and names it", async () => {
    const folder = folderOf({
      "0000_create_a": "create table a (id int)",
      "0001_break": "alter table nowhere add column b int"
    })
    await withDatabase(async (url, query) => {
      const { code, stderr } = await migrator(url, "up", "--folder", folder)

      expect(code).toBe(1)
      expect(stderr).toContain(`relation "nowhere" does not exist`)
      expect(stderr).toContain("0001_break failed, and nothing was changed")
      const [a] = await query(`select to_regclass('public.a') as name`)
      expect(a?.["name"]).toBeNull()
    })
  })

  it("refuses a database that is newer than this code, and names what it has", async () => {
    await withDatabase(async (url, query) => {
      await query(`insert into instance_versions (service, first_version, version) values ('worker', '0.1.0', '9.4.2')`)
      const { code, stderr } = await migrator(url, "up", "--folder", firstMigrations(names.length - 1))

      expect(code).toBe(1)
      expect(stderr).toContain("newer than this code (it has run worker 9.4.2)")
      expect(stderr).toContain(new Date(journal().at(-1)!.when).toISOString())
      expect(stderr).toContain(`the newest that is known here is ${names.at(-2)}`)
    }, inject("templateDatabase"))
  })

  it("says which out-of-band migrations are unfinished", async () => {
    await withDatabase(async (url, query) => {
      await query(`create table letters (id int primary key, body text not null, upper boolean not null default false)`)
      await query(`insert into letters (id, body, upper) select n, 'row', n > 3 from generate_series(1, 4) n`)
      const { code, stdout } = await fixtureMigrator(url, "up")

      expect(code).toBe(0)
      expect(stdout).toMatch(/1 out-of-band migration\(s\) are unfinished:\n {2}1 {2}up {2}25% {2}write in capitals/)
    }, inject("templateDatabase"))
  })

  it("prints the SQL of a dry run, and changes nothing", async () => {
    await withDatabase(async (url, query) => {
      const { stdout } = await migrator(url, "up", "--dry-run")

      expect(stdout).toContain(`-- ${names[0]}\n`)
      expect(stdout).toContain(`CREATE TABLE "jobs"`)
      const tables = await query(`select 1 from information_schema.tables where table_schema in ('public', 'drizzle')`)
      expect(tables).toHaveLength(0)
    })
  })

  it.each([["up"], ["status"], ["out-of-band", "up"]])("without a database says what to set: %s", async (...args) => {
    const { code, stderr } = await migrator(undefined, ...args)

    expect(code).toBe(1)
    expect(stderr).toContain("Set DATABASE_URL to the database to migrate")
  })
})

describe("migrator up --check", () => {
  it("passes where code and migrations agree, without a database and with one", async () => {
    const folder = firstMigrations(names.length)
    expect(await migrator(undefined, "up", "--check", "--folder", folder)).toMatchObject({ code: 0, stderr: "" })
    await withDatabase(async (url) => {
      const { code, stdout } = await migrator(url, "up", "--check")
      expect(stdout).toContain("Code, migrations and database agree")
      expect(code).toBe(0)
    }, inject("templateDatabase"))
  })

  it("fails for a database that is behind, ahead or edited, and changes nothing", async () => {
    const folder = firstMigrations(names.length) // a copy, so that drizzle-kit is not asked for drift
    await withDatabase(async (url, query) => {
      const behind = await migrator(url, "up", "--check", "--folder", folder)
      expect(behind.code).toBe(1)
      expect(behind.stderr).toContain(`The database lacks ${names[0]}: run pnpm db:migrate`)

      await migrator(url, "up")
      await query(`update drizzle.__drizzle_migrations set hash = 'x' where id = 1`)
      await query(`insert into drizzle.__drizzle_migrations (hash, created_at) values ('y', 99999999999999)`)
      const ahead = await migrator(url, "up", "--check", "--folder", folder)
      expect(ahead.code).toBe(1)
      expect(ahead.stderr).toContain("has a migration from 5138-11-16")
      expect(ahead.stderr).toContain(`${names[0]} was edited after it was applied`)
    })
  })

  it("fails for a folder whose journal is not consistent", async () => {
    const folder = folderOf({ "0000_a": "select 1" })
    const { code, stderr } = await migrator(undefined, "up", "--check", "--folder", folder)

    expect(code).toBe(1)
    expect(stderr).toContain("0000_a has no snapshot")
    expect(existsSync(folder)).toBe(true)
  })
})
