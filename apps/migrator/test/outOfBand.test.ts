import { describe, expect, inject, it } from "vitest"
import { fixtureMigrator, migrator, type Query, withDatabase } from "./support/migrator.ts"

const withLetters = (use: (url: string, query: Query) => Promise<void>) =>
  withDatabase(async (url, query) => {
    await query(`create table letters (id int primary key, body text not null, upper boolean not null default false)`)
    await query(`insert into letters (id, body) select n, 'row ' || n from generate_series(1, 20) n`)
    await use(url, query)
  }, inject("templateDatabase"))

interface Status {
  readonly schema: { readonly missing: ReadonlyArray<string>; readonly applied: ReadonlyArray<string> }
  readonly outOfBand: ReadonlyArray<{
    readonly id: number
    readonly direction: string
    readonly progress: number
    readonly complete: boolean
    readonly known: boolean
    readonly failedRows: { readonly count: number }
    readonly errors: ReadonlyArray<{ readonly message: string }>
  }>
}

const statusOf = async (url: string): Promise<Status> =>
  JSON.parse((await fixtureMigrator(url, "status", "--json")).stdout) as Status

describe("migrator out-of-band", () => {
  it("brings all to completion, in plain lines where nobody sits at a terminal", async () => {
    await withLetters(async (url, query) => {
      const { code, stdout } = await fixtureMigrator(url, "out-of-band", "up")

      expect(code).toBe(0)
      expect(stdout).toMatch(/^1 up {4}100% {2}write in capitals$/m)
      expect(stdout).toMatch(/^2 up {4}100% {2}nothing$/m)
      expect(stdout).not.toContain("\u001b")
      expect(await query(`select count(*)::int as n from letters where body = upper(body)`)).toEqual([{ n: 20 }])
      expect((await statusOf(url)).outOfBand.map(({ complete, id }) => [id, complete])).toEqual([
        [1, true],
        [2, true]
      ])
    })
  })

  it("lists the rows that are left, having completed the others", async () => {
    await withLetters(async (url, query) => {
      await query(`update letters set body = 'bad' where id in (3, 9)`)
      const { code, stderr, stdout } = await fixtureMigrator(url, "out-of-band", "up", "1", "2")

      expect(code).toBe(1)
      expect(stderr).toContain("done but for 2 row(s)")
      expect(stderr).toContain("row 3: it is bad")
      expect(stderr).toContain("row 9: it is bad")
      expect(stdout).toContain("2 up    100%")
      const { outOfBand } = await statusOf(url)
      expect(outOfBand[0]).toMatchObject({ progress: 0.9, complete: false, known: true, failedRows: { count: 2 } })
      const { stdout: status } = await fixtureMigrator(url, "status")
      expect(status).toMatch(/ {2}1 {2}up {2}90% {2}letters: write in capitals\n {6}2 row\(s\) failed:/)
    })
  })

  it("goes back, and says where that is not allowed", async () => {
    await withLetters(async (url, query) => {
      await fixtureMigrator(url, "out-of-band", "up")
      expect((await fixtureMigrator(url, "out-of-band", "down", "1")).code).toBe(0)
      expect(await query(`select count(*)::int as n from letters where body = lower(body)`)).toEqual([{ n: 20 }])

      const { code, stderr } = await fixtureMigrator(url, "out-of-band", "down", "2")
      expect(code).toBe(1)
      expect(stderr).toContain("The way down is not allowed: there is no way back")
      const two = (await statusOf(url)).outOfBand[1]
      expect(two).toMatchObject({ direction: "up", progress: 1 })
      expect(two?.errors[0]?.message).toContain("there is no way back")
    })
  })

  it("turns one for the workers", async () => {
    await withLetters(async (url) => {
      const { code, stdout } = await fixtureMigrator(url, "out-of-band", "direction", "1", "down")
      expect(code).toBe(0)
      expect(stdout).toContain("goes down from now on")
      expect((await statusOf(url)).outOfBand[0]).toMatchObject({ direction: "down", complete: true })
    })
  })

  it("names those that there are where one is not", async () => {
    await withLetters(async (url) => {
      for (const args of [
        ["up", "7"],
        ["direction", "7", "up"]
      ]) {
        const { code, stderr } = await fixtureMigrator(url, "out-of-band", ...args)
        expect(code).toBe(1)
        expect(stderr).toContain("There is no out-of-band migration 7. There are 1, 2")
      }
    })
  })
})

describe("migrator status", () => {
  it("shows what is missing of an empty database, and changes nothing", async () => {
    await withDatabase(async (url, query) => {
      const { code, stdout } = await migrator(url, "status")

      expect(code).toBe(0)
      expect(stdout).toContain("missing  0000_create_jobs_and_forge")
      expect(stdout).toContain("Run `pnpm db:migrate`")
      expect(await query(`select 1 from information_schema.tables where table_schema = 'public'`)).toHaveLength(0)
    })
  })

  it("shows what is applied", async () => {
    await withLetters(async (url) => {
      const { schema } = await statusOf(url)
      expect(schema.applied).toContain("0000_create_jobs_and_forge")
      expect(schema.missing).toEqual([])
    })
  })
})
