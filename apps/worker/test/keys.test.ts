import { randomBytes } from "node:crypto"
import { describe, expect, it } from "vitest"
import { startWorker, withDatabase } from "./support.ts"

const DROVER_KEYS = `2026=${randomBytes(32).toString("base64")}`

describe("a worker without keys", () => {
  it("starts on a new database, twice, and completes the migrations of credentials", async () => {
    await withDatabase(async (url, query) => {
      for (const _ of [1, 2]) {
        const worker = await startWorker({ DATABASE_URL: url })
        await worker.printed(/Listening on/)
        for (;;) {
          const rows = await query(`select id from out_of_band_migrations where progress = 1 order by id`)
          if (rows.map(({ id }) => id).join() === "2,9,10") break
        }
        worker.process.kill("SIGTERM")
        await worker.ended
      }
      expect(await query(`select 1 from out_of_band_migrations_errors`)).toEqual([])
    })
  })

  it("refuses a database with encrypted credentials, whether it was told that there are no keys or nothing", async () => {
    await withDatabase(async (url, query) => {
      await query(`insert into site_credentials (external_service_type, external_service_id, credential, encryption_key_id)
        values ('github', 'https://github.example/', '\\x01', '2025')`)
      for (const settings of [{}, { DROVER_NO_KEYS: "true" }]) {
        const worker = await startWorker({ DATABASE_URL: url, ...settings })
        expect(await worker.ended).toBe(1)
        expect(worker.output()).toContain(
          "1 credential(s) are encrypted with 2025, and there are no keys: set DROVER_KEYS_FILE"
        )
        expect(worker.output()).not.toContain("Listening on")
      }
      // one that has some other key starts, and says which is missing
      const worker = await startWorker({ DATABASE_URL: url, DROVER_KEYS })
      await worker.printed(/encrypted with the key 2025, which is not set/)
      await worker.printed(/Listening on/)
      worker.process.kill("SIGTERM")
      await worker.ended
    })
  })

  it("refuses settings that contradict one another", async () => {
    await withDatabase(async (url) => {
      const worker = await startWorker({ DATABASE_URL: url, DROVER_KEYS, DROVER_NO_KEYS: "true" })
      expect(await worker.ended).toBe(1)
      expect(worker.output()).toContain("DROVER_KEYS and DROVER_NO_KEYS are set")
    })
  })
})
