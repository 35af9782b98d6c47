/** Everything that the programs write in a run with credentials, searched for everything that is secret in it. */
import { Database } from "@drover/core"
import { type Authenticator, CredentialStore, keysFromText, layerOf, sshKeyOf } from "@drover/handlers/credentials"
import { Effect, Layer, Redacted } from "effect"
import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it } from "vitest"
import { freePort, withDatabase } from "../support.ts"
import { formsOf, recorder } from "./recorder.ts"

const bytes = () => randomBytes(32).toString("base64")

it("a run of the worker, the migrator and the command shows no secret of a credential anywhere", async () => {
  const folder = mkdtempSync(join(tmpdir(), "drover-secrets-"))
  const token = "ghp_PLANTEDtoken0123456789"
  const password = "PLANTED-p@ss word"
  const waiting = "ghp_PLANTEDwaiting9876543210"
  const cut = "ghp_PLANTEDcut5555555555"
  const [old, next, other] = [bytes(), bytes(), bytes()]
  const secrets = new Set([token, password, waiting, cut, old, next, other, "PLANTED-aws-secret-key"])
  const OLD = { DROVER_KEYS: `2025=${old}` }
  const NEXT = { DROVER_KEYS: `2026=${next},2025=${old}` }
  const GITHUB = ["github", "https://github.example/"]

  try {
    await withDatabase(async (url, query) => {
      const { gitCalls, run, show, shown, start } = recorder(folder, { DATABASE_URL: url })
      const drover = async (settings: Record<string, string>, input: string, ...args: ReadonlyArray<string>) =>
        (await run("drover", args, settings, input)).code
      const trace = ["--log-level", "all"]

      await run("migrator", ["up"], OLD)
      expect(await drover({}, "", "user", "add", "mia")).toBe(0)
      expect(await drover({}, "", "repo", "add", "acme/billing", "--root", join(folder, "git-root"))).toBe(0)
      expect(
        await Promise.all([
          drover(OLD, token, "credential", "add", ...GITHUB, "--user", "mia", "--ssh", "auto", ...trace),
          drover(OLD, password, "credential", "add", ...GITHUB, "--site", "--username", "bot", "--json", ...trace),
          drover(OLD, token, "credential", "add", "gitlab", "https://gitlab.example/", "--site", "--sudo", "ada")
        ])
      ).toEqual([0, 0, 0])

      // what fails: a credential that is there, keys that are none, another key under an id, a key that is not there,
      // no keys, a key service that is away, nothing that says which
      const kms = "arn:aws:kms:eu-central-1:000000000000:key/00000000-0000-0000-0000-000000000000"
      const aws = {
        DROVER_AWS_KMS_KEY: kms,
        AWS_ENDPOINT_URL_KMS: "http://127.0.0.1:1",
        AWS_REGION: "eu-central-1",
        AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "PLANTED-aws-secret-key",
        AWS_MAX_ATTEMPTS: "1"
      }
      writeFileSync(join(folder, "keys"), `2026 ${token}\n`)
      const fails = await Promise.all([
        drover(OLD, token, "credential", "add", ...GITHUB, "--user", "mia", ...trace),
        drover({ DROVER_KEYS: `2026=${token}` }, token, "credential", "list", "--json", ...trace),
        drover({ DROVER_KEYS_FILE: join(folder, "keys") }, token, "credential", "list", ...trace)
      ])
      const checks = await Promise.all([
        drover({ DROVER_KEYS: `2025=${other}` }, "", "credential", "check", "--json", ...trace),
        drover({ DROVER_KEYS: `2026=${next}` }, "", "credential", "check", ...trace),
        drover({ DROVER_NO_KEYS: "true" }, "", "credential", "rotate", ...trace)
      ])
      const away = await Promise.all([
        drover(aws, token, "credential", "add", "kms", "https://kms.example/", "--site", "--json", ...trace),
        drover({}, token, "credential", "add", "none", "https://none.example/", "--site", ...trace)
      ])
      expect([...fails, ...checks, ...away]).toEqual([4, 2, 2, 1, 1, 2, 1, 2])

      // rows as older releases left them, some of them broken; the worker takes them over
      const plain = (secret: string) => `{"Type":"OAuthBearerToken","Auth":{"Token":"${secret}"}}`
      await query(`insert into user_credentials
        (user_id, external_service_type, external_service_id, credential, encryption_key_id)
        select id, 'waiting', 'https://waiting.example/', convert_to('${plain(waiting)}', 'utf8'), 'unmigrated' from users`)
      await query(`insert into site_credentials (external_service_type, external_service_id, credential, encryption_key_id)
        values ('cut', 'https://cut.example/', convert_to('${plain(cut).slice(0, -3)}', 'utf8'), 'unmigrated'),
          ('short', 'https://short.example/', '\\x01', '2025')`)
      await query(`insert into site_credentials (external_service_type, external_service_id, credential, encryption_key_id)
        select 'swapped', external_service_id, credential, encryption_key_id from user_credentials where encryption_key_id = '2025'`)
      const port = await freePort()
      for (const LOG_FORMAT of ["json", "pretty"]) {
        const worker = start("worker", [], { ...OLD, PORT: String(port), DROVER_DEMO: "off", LOG_FORMAT }, "")
        for (;;) {
          const [state] = await query(`select
            (select count(*)::int from out_of_band_migrations_failed_rows) as failed,
            (select count(*)::int from user_credentials where ssh_migration_applied and encryption_key_id = '2025') as done`)
          if (state?.["failed"] === 1 && state["done"] === 2) break
          if (worker.child.exitCode !== null) throw new Error(worker.output.text)
        }
        worker.child.kill("SIGTERM")
        await worker.ended
      }
      expect((await run("migrator", ["out-of-band", "up"], OLD)).code).toBe(1)
      expect((await run("migrator", ["out-of-band", "down", "9"], OLD)).code).toBe(1)
      expect((await run("migrator", ["status", "--json"], OLD)).code).toBe(0)
      expect(await drover(NEXT, "", "credential", "rotate", ...trace)).toBe(1)
      expect(await drover(NEXT, "", "credential", "check", "--json", ...trace)).toBe(1)

      // what is secret in what the programs made by themselves
      const open = Effect.gen(function* () {
        const { users } = yield* CredentialStore
        const found: Array<Authenticator> = []
        for (const { id } of (yield* users.list()).credentials) found.push((yield* users.open({ id })).authenticator)
        return found
      })
      const keys = layerOf(keysFromText(Redacted.make(NEXT.DROVER_KEYS)))
      const opened = await Effect.runPromise(
        open.pipe(
          Effect.provide(
            CredentialStore.layer.pipe(Layer.provide(keys), Layer.provide(Database.layer({ url: Redacted.make(url) })))
          )
        )
      )
      const made = opened.flatMap((each) => sshKeyOf(each) ?? [])
      expect(made).toHaveLength(2)
      for (const { passphrase, privateKey } of made) {
        secrets.add(Redacted.value(passphrase))
        for (const line of Redacted.value(privateKey).split("\n").slice(1, -2)) secrets.add(line)
      }

      // every table, and of credentials what is beside the column that is sealed
      const tables = await query(`select tablename as name from pg_tables where schemaname in ('public', 'drizzle')`)
      for (const name of tables.map((each) => String(each["name"]))) {
        const schema = name.startsWith("__") ? "drizzle" : "public"
        for (const { row } of await query(
          `select (to_jsonb(t) - 'credential')::text as row from ${schema}."${name}" t`
        )) {
          show(`row of ${name}`, String(row))
        }
      }
      for (const table of ["user_credentials", "site_credentials"]) {
        // the one that cannot be encrypted is still as it was
        const sealed = await query(
          `select encode(credential, 'hex') as hex from ${table} where encryption_key_id <> 'unmigrated'`
        )
        for (const { hex } of sealed) show(`sealed in ${table}`, Buffer.from(String(hex), "hex").toString("latin1"))
      }
      expect(gitCalls()).not.toBe("")

      // it would find them if they were there
      expect(new Set(shown.map(([where]) => where.split(" ")[0]))).toEqual(
        new Set(["drover", "migrator", "worker", "argv", "row", "sealed", "git"])
      )
      expect(shown.some(([where, text]) => where === "argv" && text.includes("ssh-keygen"))).toBe(true)
      expect(secrets.size).toBeGreaterThan(15)
      const forms = [...secrets].flatMap(formsOf)
      const leaks = shown.flatMap(([where, text]) =>
        forms
          .filter((form) => text.includes(form))
          .map((form) => `${where}: ${form.slice(0, 12)}… in ${text.slice(0, 200)}`)
      )
      expect(leaks).toEqual([])
    }, "template1")
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
