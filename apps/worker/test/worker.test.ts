import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { once } from "node:events"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { startWorker, withDatabase } from "./support.ts"

/** Everybody has done what they do at the start, and so has the worker. */
const SETTLED = /Join in[^]*[^0-9]0 queued · 0 running · 0 to retry · \d+ completed · 0 failed/

describe("the worker", () => {
  it("computes the demo's pull requests, serves health and metrics, and drains on SIGTERM", async () => {
    const folder = mkdtempSync(join(tmpdir(), "drover-demo-"))
    try {
      await withDatabase(async (url, query) => {
        const worker = await startWorker({ DATABASE_URL: url, DROVER_DEMO: "still", DROVER_DEMO_FOLDER: folder })

        await worker.printed(SETTLED)

        const pulls = await query(`
          select r.name || '#' || p.number as pull, p.mergeable_state as state, p.conflicted_paths as conflicts
          from pull_requests p join repositories r on r.id = p.repository_id
          where r.name like 'acme/%' order by 1`)
        expect(Object.fromEntries(pulls.map(({ pull, state }) => [pull, state]))).toEqual({
          "acme/billing#1": "clean",
          "acme/billing#2": "dirty",
          "acme/billing#3": "behind",
          "acme/billing#4": "draft",
          "acme/tools#1": "blocked",
          "acme/website#1": "clean",
          "acme/website#2": "clean",
          "acme/website#3": "clean"
        })
        expect(pulls[1]?.["conflicts"]).toEqual(["src/money.ts"])
        expect(worker.output()).toMatch(/acme\/tools#1 .*1 more approval/)
        expect(worker.output()).toMatch(/acme\/billing src\/money\.ts:1 {2}export const currency = "GBP"/)
        const [pushes] = await query(`
          select count(distinct repository_id)::int as n from events e join users u on u.id = e.actor_id
          join repositories r on r.id = e.repository_id
          where e.event = 'push' and u.login = 'ada' and r.name like 'acme/%'`)
        expect(pushes?.["n"]).toBe(3)
        expect(await (await fetch(worker.url("/healthz"))).json()).toEqual({ status: "ok" })
        expect(await (await fetch(worker.url("/readyz"))).json()).toEqual({ status: "ready" })
        const metrics = await (await fetch(worker.url("/metrics"))).text()
        expect(metrics).toMatch(/drover_worker_outcomes_total\{[^}]*outcome="completed"[^}]*\} \d+/)
        expect(metrics).toMatch(/drover_store_total\{[^}]*op="dequeue"[^}]*\} \d+/)
        expect(metrics).toMatch(/drover_queue_oldest_seconds\{[^}]*store="jobs"[^}]*\} 0/)
        expect(metrics).toMatch(/drover_queue_total\{[^}]*store="batches_reconciler"[^}]*\} 0/)

        worker.process.kill("SIGTERM")
        expect(await worker.ended).toBe(130)
        const [left] = await query(`select count(*)::int as n from jobs where state = 'processing'`)
        expect(left?.["n"]).toBe(0)
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it("goes on with the demo of last time", async () => {
    const folder = mkdtempSync(join(tmpdir(), "drover-demo-"))
    try {
      await withDatabase(async (url) => {
        for (const greeting of [/Made 3 repositories/, /repositories of last time are still here/]) {
          const worker = await startWorker({ DATABASE_URL: url, DROVER_DEMO: "still", DROVER_DEMO_FOLDER: folder })
          await worker.printed(greeting)
          await worker.printed(SETTLED)
          worker.process.kill("SIGTERM")
          expect(await worker.ended).toBe(130)
        }
      })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it("says that the database lacks migrations, and starts nothing", async () => {
    await withDatabase(async (url) => {
      const worker = await startWorker({ DATABASE_URL: url })

      expect(await worker.ended).toBe(1)
      expect(worker.output()).toContain("run `pnpm db:migrate` first")
      expect(worker.output()).not.toContain("Worker started")
    }, "template1")
  })

  it("refuses a database that is newer than it", async () => {
    await withDatabase(async (url, query) => {
      await query(`insert into drizzle.__drizzle_migrations (hash, created_at) values ('next', 99999999999999)`)
      const worker = await startWorker({ DATABASE_URL: url })

      expect(await worker.ended).toBe(1)
      expect(worker.output()).toContain("The database is newer than this code")
    })
  })

  it("refuses data that it cannot read, unless it is told not to look", async () => {
    await withDatabase(async (url, query) => {
      await query(`insert into out_of_band_migrations
        (id, team, component, description, introduced_major, introduced_minor, non_destructive, progress)
        values (7, 'a', 'b', 'c', 99, 0, false, 0.5)`)
      const refused = await startWorker({ DATABASE_URL: url })
      expect(await refused.ended).toBe(1)
      expect(refused.output()).toContain("migration 7 expected to be at 0% (at 50%)")

      const worker = await startWorker({ DATABASE_URL: url, DROVER_SKIP_OUT_OF_BAND_VALIDATION: "true" })
      await worker.printed(/not validated/)
      await worker.printed(/Listening on/)
      worker.process.kill("SIGTERM")
      await worker.ended
      expect(await query(`select service, version from instance_versions`)).toEqual([
        { service: "worker", version: "0.1.0" }
      ])
    })
  })

  it("names the setting that is missing", async () => {
    const worker = await startWorker({ DATABASE_URL: undefined })

    expect(await worker.ended).toBe(1)
    expect(worker.output()).toContain("DATABASE_URL")
  })

  it("hears the webhooks of hosts that are named, and names a host that is not named as it should be", async () => {
    await withDatabase(async (url) => {
      const refused = await startWorker({ DATABASE_URL: url, DROVER_HOST_WEBHOOK_SECRETS: "gitlab hush-hush" })
      expect(await refused.ended).toBe(1)
      expect(refused.output()).toMatch(/Host 1 of DROVER_HOST_WEBHOOK_SECRETS has no address/)
      expect(refused.output()).not.toContain("hush")

      const worker = await startWorker({
        DATABASE_URL: url,
        DROVER_HOST_WEBHOOK_SECRETS: "gitlab https://gitlab.example.com/ hush-hush"
      })
      await worker.printed(/Listening on/)
      const send = async (path: string, token: string) => {
        const body = JSON.stringify({
          object_kind: "push",
          project: { path_with_namespace: "acme/x" },
          ref: "refs/heads/x"
        })
        const headers = { "x-gitlab-event": "Push Hook", "x-gitlab-token": token, "idempotency-key": "1" }
        return (await fetch(worker.url(path), { method: "POST", headers, body })).status
      }
      expect(await send("/hooks/gitlab", "hush-hush")).toBe(202)
      expect(await send("/hooks/gitlab", "another")).toBe(401)
      expect(await send("/hooks/github", "hush-hush")).toBe(404)
      worker.process.kill("SIGTERM")
      await worker.ended
    })
  })

  it("names the port that is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1")
    await once(taken, "listening")
    const address = taken.address()
    const port = typeof address === "object" && address !== null ? String(address.port) : ""
    try {
      await withDatabase(async (url) => {
        const worker = await startWorker({ DATABASE_URL: url, PORT: port })

        expect(await worker.ended).toBe(1)
        expect(worker.output()).toMatch(new RegExp(`port ${port}.*set PORT`, "i"))
      })
    } finally {
      taken.close()
    }
  })

  it("is not ready while the database is away", async () => {
    await withDatabase(async (url, _query, onServer) => {
      const worker = await startWorker({ DATABASE_URL: url })
      await worker.printed(/Listening on/)
      const name = new URL(url).pathname.slice(1)

      await onServer(`alter database ${name} allow_connections false`)
      await onServer(`select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = '${name}'`)

      const response = await fetch(worker.url("/readyz"))
      expect(response.status).toBe(503)
      expect((await fetch(worker.url("/healthz"))).status).toBe(200)
      worker.process.kill("SIGTERM")
      await worker.ended
    })
  })
})
