import { Database, JobKind } from "@drover/core"
import { sql } from "drizzle-orm"
import { Effect, Schema } from "effect"
import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { forge, runDrover, spawnDrover, startDrover } from "./support.ts"

const Note = JobKind.make("note", { payload: Schema.Struct({ text: Schema.String }) })

describe("the drover process", () => {
  const { run, url } = forge()

  it("puts results on standard output, errors on standard error, and how it went into its exit code", async () => {
    await run(Note.enqueue({ text: "hello" }))
    const [listed, unknown, usage] = await Promise.all([
      spawnDrover(["jobs", "list", "--json", "--database", url()]),
      spawnDrover(["jobs", "show", "77", "--json"], { DATABASE_URL: url() }),
      spawnDrover(["jobs", "lst"], { DATABASE_URL: url() })
    ])
    expect(JSON.parse(listed.stdout)).toMatchObject([{ kind: "note", payload: { text: "hello" } }])
    expect([listed.code, listed.stderr]).toEqual([0, ""])
    expect([unknown.code, unknown.stdout]).toEqual([3, ""])
    expect(JSON.parse(unknown.stderr)).toMatchObject({ error: { _tag: "JobUnknown", id: 77, exitCode: 3 } })
    expect([usage.code, usage.stdout]).toEqual([2, ""])
    expect(usage.stderr).toContain(`Unknown subcommand "lst" for "drover jobs"`)
    expect(usage.stderr).toContain("See `drover jobs --help`")
  })

  it("ends quietly when nobody reads on", async () => {
    await run(Effect.forEach(Array.from({ length: 300 }), () => Note.enqueue({ text: "x".repeat(2000) })))
    const child = startDrover(["jobs", "list", "--limit", "1000", "--json"], { DATABASE_URL: url() })
    let stderr = ""
    child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()))
    await once(child.stdout!, "data")
    child.stdout?.destroy()
    const [code] = (await once(child, "close")) as [number]
    expect([code, stderr]).toEqual([0, ""])
  })

  it("says all of a long answer before it ends", async () => {
    const { code, stdout } = await spawnDrover(["jobs", "list", "--limit", "300", "--json"], { DATABASE_URL: url() })
    expect([code, JSON.parse(stdout).length]).toEqual([0, 300])
  })

  it("stops on SIGINT, saying nothing of it", async () => {
    const locked = await run(
      Effect.gen(function* () {
        const { begin } = yield* Database
        const open = yield* begin
        yield* open.use(Database.use(({ run: ask }) => ask((db) => db.execute(sql`lock table jobs`))))
        const child = startDrover(["jobs", "list"], { DATABASE_URL: url() })
        const output = { text: "" }
        for (const stream of [child.stdout, child.stderr]) {
          stream?.on("data", (chunk: Buffer) => (output.text += chunk.toString()))
        }
        const waiting = Database.use(({ control }) =>
          control((db) =>
            db.execute(
              sql`select 1 from pg_stat_activity where application_name = 'drover-cli' and wait_event_type = 'Lock'`
            )
          )
        )
        yield* Effect.repeat(waiting, { until: (found) => found.length > 0 })
        child.kill("SIGINT")
        const [code] = yield* Effect.promise(() => once(child, "close"))
        return { code: code as number, output: output.text }
      })
    )
    expect(locked).toEqual({ code: 130, output: "" })
  })

  it("prints help, its version and completions without a database", async () => {
    const [help, version, completions] = await Promise.all([
      spawnDrover(["jobs", "--help"]),
      spawnDrover(["--version"]),
      spawnDrover(["--completions", "bash"])
    ])
    expect([help.code, help.stderr, help.stdout]).toEqual([0, "", expect.stringContaining("drover jobs <subcommand>")])
    expect(version).toEqual({ code: 0, stderr: "", stdout: "drover 0.1.0\n" })
    expect(completions.stdout).toContain("begin-drover-completions")
  })
})

describe("a database that cannot be worked on", () => {
  const { url } = forge()

  it("is named in the error when none is given, with the way to give one", async () => {
    const { code, stderr, stdout } = await runDrover(["jobs", "list"])
    expect([code, stdout]).toEqual([5, ""])
    expect(stderr).toMatch(/^drover: No database is named: set DATABASE_URL, .*`pnpm dev`/)
  })

  it("does not answer: says so, and nothing of the password", async () => {
    // a port on which nothing can listen
    const { code, stderr } = await runDrover(["jobs", "list", "--json"], {
      DATABASE_URL: "postgres://drover:geheim@127.0.0.1:1/drover"
    })
    expect(code).toBe(5)
    expect(JSON.parse(stderr)).toMatchObject({ error: { _tag: "DatabaseUnavailable", retryable: true, exitCode: 5 } })
    expect(stderr).not.toContain("geheim")
  })

  it("has a URL that is none: says what one looks like, and nothing of the password", async () => {
    const { code, stderr } = await runDrover(["jobs", "list", "--database", "mysql://drover:geheim@127.0.0.1/drover"])
    expect([code, stderr]).toEqual([2, expect.stringContaining("postgres://user:password@host:port/database")])
    expect(stderr).not.toContain("geheim")
  })

  // as one sees it who does not look where its tables are
  it("lacks migrations: says which command applies them", async () => {
    const { code, stderr } = await runDrover(["jobs", "list"], { DATABASE_URL: `${url()}?search_path=nowhere` })
    expect([code, stderr]).toEqual([5, expect.stringContaining("run `pnpm db:migrate`")])
  })
})
