import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, inject, it } from "vitest"

const script = fileURLToPath(new URL("../../../scripts/drover.ts", import.meta.url))

describe("pnpm drover", () => {
  const directory = mkdtempSync(join(tmpdir(), "drover-dev-test-"))
  mkdirSync(join(directory, "data"))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  /** What a server that runs leaves in its data folder. */
  const server = (pid: number, status: string) => {
    const { port } = new URL(inject("postgresUrl"))
    writeFileSync(
      join(directory, "data/postmaster.pid"),
      [pid, join(directory, "data"), 1_700_000_000, port, "", "127.0.0.1", "0", `${status}  `, ""].join("\n")
    )
  }
  const jobsList = () =>
    new Promise<{ readonly code: unknown; readonly stderr: string }>((done) => {
      const env = { ...process.env, DROVER_DEV_POSTGRES: directory, DATABASE_URL: "", INIT_CWD: directory }
      execFile(process.execPath, [script, "jobs", "list"], { env }, (error, _stdout, stderr) =>
        done({ code: error?.code ?? 0, stderr })
      )
    })

  it("works on the database of a development server that runs", async () => {
    server(process.pid, "ready")
    const { code, stderr } = await jobsList()
    // it reached the test server's own database, which has none of Drover's tables
    expect([code, stderr]).toEqual([5, expect.not.stringContaining("No database is named")])
  })

  it("names the way to give one where that has stopped, crashed or is not ready", async () => {
    for (const [pid, status] of [
      [process.pid, "starting"],
      [2 ** 22 + 1, "ready"] // above the highest that Linux gives
    ] as const) {
      server(pid, status)
      const { code, stderr } = await jobsList()
      expect([code, stderr]).toEqual([5, expect.stringContaining("No database is named")])
    }
  })
})
