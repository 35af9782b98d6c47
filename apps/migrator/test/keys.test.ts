import { randomBytes } from "node:crypto"
import { describe, expect, inject, it } from "vitest"
import { migrator, migratorWith, type Query, withDatabase } from "./support/migrator.ts"

const DROVER_KEYS = `2026=${randomBytes(32).toString("base64")}`

/** Two of the site, one of a user: plain text that waits. */
const withWaiting = (use: (url: string, query: Query) => Promise<void>) =>
  withDatabase(async (url, query) => {
    await query(`insert into users (login) values ('ada')`)
    const secret = `convert_to('{"Type":"OAuthBearerToken","Auth":{"Token":"ghp_PLANTED"}}', 'utf8')`
    await query(`insert into site_credentials (external_service_type, external_service_id, credential, encryption_key_id)
      select 'github', 'https://' || n || '.example/', ${secret}, 'unmigrated' from generate_series(1, 2) n`)
    await query(`insert into user_credentials
      (user_id, external_service_type, external_service_id, credential, encryption_key_id)
      select id, 'github', 'https://1.example/', ${secret}, 'unmigrated' from users`)
    await use(url, query)
  }, inject("templateDatabase"))

const keyIds = `select encryption_key_id as key from site_credentials
  union all select encryption_key_id from user_credentials where ssh_migration_applied`

describe("the migrations of credentials", () => {
  it("are known to a new database, and complete", async () => {
    await withDatabase(async (url, query) => {
      const { code, stdout } = await migrator(url, "up")
      expect([code, stdout]).toEqual([0, expect.not.stringContaining("unfinished")])
      expect(await query(`select id, progress from out_of_band_migrations order by id`)).toEqual(
        [2, 9, 10].map((id) => ({ id, progress: 1 }))
      )
      // and need no keys for that
      expect((await migrator(url, "out-of-band", "up")).code).toBe(0)
    })
  })

  it("encrypt what waits, and give keys for SSH, under the keys that are set", async () => {
    await withWaiting(async (url, query) => {
      expect((await migrator(url, "up")).stdout).toMatch(/3 out-of-band migration\(s\) are unfinished/)
      const { code, stderr } = await migratorWith({ DROVER_KEYS }, url, "out-of-band", "up")
      expect([code, stderr]).toEqual([0, ""])
      expect(await query(keyIds)).toEqual([{ key: "2026" }, { key: "2026" }, { key: "2026" }])
      expect(
        await query(`select 1 from site_credentials where position('PLANTED' in encode(credential, 'escape')) > 0`)
      ).toEqual([])
    })
  })

  it("say what to set where nothing is, and blame no row", async () => {
    await withWaiting(async (url, query) => {
      const { code, stderr } = await migrator(url, "out-of-band", "up", "10")
      expect([code, stderr]).toEqual([
        1,
        expect.stringContaining("set DROVER_KEYS_FILE, DROVER_KEYS or DROVER_AWS_KMS_KEY")
      ])
      expect(await query(`select 1 from out_of_band_migrations_failed_rows`)).toEqual([])
      const mixed = await migratorWith({ DROVER_KEYS, DROVER_NO_KEYS: "true" }, url, "out-of-band", "up", "10")
      expect([mixed.code, mixed.stderr]).toEqual([1, expect.stringContaining("DROVER_KEYS and DROVER_NO_KEYS are set")])
      expect((await migratorWith({ DROVER_NO_KEYS: "true" }, url, "out-of-band", "up", "10")).code).toBe(0)
      expect(await query(`select distinct encryption_key_id as key from site_credentials`)).toEqual([{ key: "" }])
    })
  })

  it("go back where decrypting is allowed, and say what to set where it is not", async () => {
    await withWaiting(async (url, query) => {
      await migratorWith({ DROVER_KEYS }, url, "out-of-band", "up", "10")
      const refused = await migratorWith({ DROVER_KEYS }, url, "out-of-band", "down", "10")
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("set DROVER_ALLOW_DECRYPTION=true")])
      const allowed = { DROVER_KEYS, DROVER_ALLOW_DECRYPTION: "true" }
      expect((await migratorWith(allowed, url, "out-of-band", "down", "10")).code).toBe(0)
      expect(await query(`select distinct encryption_key_id as key from site_credentials`)).toEqual([
        { key: "unmigrated" }
      ])
    })
  })
})
