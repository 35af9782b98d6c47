/** The batch change of the demo, from its spec to merged pull requests. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { startWorker, withDatabase } from "./support.ts"

/** Changes to twelve repositories, twice. */
const PATIENCE_MILLIS = 240_000

describe("the batch change of the demo", () => {
  it(
    "is merged where it can be, keeps what people committed, and says plainly what cannot be merged and why",
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "drover-demo-"))
      try {
        await withDatabase(async (url, query) => {
          const worker = await startWorker({ DATABASE_URL: url, DROVER_DEMO: "still", DROVER_DEMO_FOLDER: folder })
          await worker.printed(/are not, and here is why:\n(.+\n){3}/)

          expect(worker.output()).toMatch(/node-24: 12 changesets \(12 push, 12 publish\), \+60 −36; plan [0-9a-f]{8}/)
          expect(worker.output()).toContain("node-24: 9 of 12 are merged")
          expect(worker.output()).toMatch(/fleet\/orders#1 .*conflict.*Dockerfile/)
          expect(worker.output()).toMatch(/fleet\/payments#1 .*the check "build" failed/)
          expect(worker.output()).toMatch(/fleet\/reports#1 .*People committed .* does not fit with it in Dockerfile/)

          const states = await query(`
            select r.name, c.computed_state as state from changesets c join repositories r on r.id = c.repository_id
            where c.computed_state <> 'merged' order by 1`)
          expect(states).toEqual([
            { name: "fleet/orders", state: "open" },
            { name: "fleet/payments", state: "open" },
            { name: "fleet/reports", state: "failed" }
          ])
          // a branch and a pull request each, however often anything was tried
          const [pulls] = await query(`
            select count(*)::int as n from pull_requests p join repositories r on r.id = p.repository_id
            where r.name like 'fleet/%'`)
          expect(pulls?.["n"]).toBe(12)
          // ada's commit is in what was merged
          const [kept] = await query(`
            select b.content from code_files f join code_blobs b on b.oid = f.blob_oid
            join repositories r on r.id = f.repository_id where r.name = 'fleet/search' and f.path = 'src/main.js'`)
          expect(kept?.["content"]).toMatch(/hits = 2[05]/)
          worker.process.kill("SIGTERM")
          expect(await worker.ended).toBe(130)

          const again = await startWorker({ DATABASE_URL: url, DROVER_DEMO: "still", DROVER_DEMO_FOLDER: folder })
          await again.printed(/node-24: as it was left: 9 merged · 2 open · 1 failed/)
          again.process.kill("SIGTERM")
          await again.ended
        })
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
    PATIENCE_MILLIS
  )
})
