/**
 * A great many credentials are encrypted, whatever dies meanwhile. A million take four minutes on two idle cores
 * (`DROVER_TEST_ROWS=1000000`), so that it is a fifth of them that are taken every time.
 */
import { OutOfBandMigrations } from "@drover/core"
import { TestDatabase } from "@drover/core/testing"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { CredentialStore, encryptUserCredentials } from "../../src/credentials/index.ts"
import { forge } from "../support.ts"
import { execute } from "../support/plans.ts"
import { keysOf, newScope, under } from "./support.ts"

const ROWS = Number(process.env["DROVER_TEST_ROWS"] ?? 200_000)
const bad = [1, 4, ROWS / 4, ROWS / 2 + 1, ROWS]
const KILLS = 8

const start = (url: string) => {
  const script = fileURLToPath(new URL("fixtures/encryptAll.ts", import.meta.url))
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ["ignore", "pipe", "inherit"]
  })
  const lines: Array<string> = []
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line))
  return { child, lines }
}

const begun = async ({ child, lines }: { readonly child: ChildProcess; readonly lines: ReadonlyArray<string> }) => {
  while (lines.length === 0 && child.exitCode === null) await sleep(5)
}

layer(forge(), { excludeTestServices: true, timeout: "15 minutes" })("Very many credentials", (it) => {
  it.effect(
    "are encrypted through the deaths of processes: progress never goes back, and only bad rows are left",
    () =>
      Effect.gen(function* () {
        const { url } = yield* TestDatabase
        const { userId } = yield* newScope
        yield* execute(
          `insert into user_credentials
           (id, user_id, external_service_type, external_service_id, credential, encryption_key_id, ssh_migration_applied)
         select n, ${userId}, 'github', 'https://' || n || '.example/',
           convert_to('{"Type":"OAuthBearerToken","Auth":{"Token":"ghp_PLANTED' || n || '"}}', 'utf8'), 'unmigrated', true
         from generate_series(1, ${ROWS}) n`
        )
        yield* execute(`update user_credentials set credential = 'cut PLANTED' where id in (${bad.join()})`)
        yield* execute("vacuum analyze user_credentials")
        yield* OutOfBandMigrations.register([encryptUserCredentials()])

        const seen: Array<number> = []
        const look = Effect.gen(function* () {
          const [state] = yield* OutOfBandMigrations.list
          const [row] = yield* execute(
            "select count(*) filter (where encryption_key_id = '2026')::float8 / count(*) as done from user_credentials"
          )
          assert.isAtMost(state!.progress, Number(row!["done"]))
          seen.push(Number(row!["done"]))
        })
        for (let kill = 0; kill < KILLS; kill++) {
          const running = start(url)
          yield* Effect.promise(() => begun(running))
          yield* Effect.promise(() => sleep(Math.random() * 1000)) // any moment will do
          const ended = once(running.child, "exit")
          running.child.kill("SIGKILL")
          yield* Effect.promise(() => ended)
          yield* look
        }
        const from = performance.now()
        const last = start(url)
        yield* Effect.promise(() => once(last.child, "exit"))
        const seconds = (performance.now() - from) / 1000
        yield* look
        const rate = (ROWS * (seen.at(-1)! - seen.at(-2)!)) / seconds
        console.log(`encrypted ${Math.round(rate).toLocaleString("en")} credentials a second`)

        assert.deepStrictEqual(
          seen,
          seen.toSorted((one, other) => one - other)
        )
        const left = JSON.parse(last.lines.at(-1)!.replace("left ", "")) as ReadonlyArray<string>
        assert.deepStrictEqual(
          left.map(Number).toSorted((one, other) => one - other),
          bad
        )
        const [counted] = yield* execute(
          `select count(*)::int as readable from user_credentials where position('PLANTED'::bytea in credential) > 0`
        )
        assert.strictEqual(counted!["readable"], bad.length)
        const { users } = yield* CredentialStore
        for (const id of [2, ROWS / 4 + 1, ROWS - 1]) assert.strictEqual((yield* users.open({ id })).id, id)
      }).pipe(under(keysOf("2026"))),
    900_000
  )
})
