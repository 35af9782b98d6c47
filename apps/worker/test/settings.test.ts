/** docs/guides/operate.md has every variable that the worker reads. */
import { readFileSync } from "node:fs"
import { expect, it } from "vitest"

const textOf = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8")

it("docs/guides/operate.md has a row for every variable that the worker reads, and for no other", () => {
  const [, table = ""] = /^## Settings of `apps\/worker`\n([^]*?)\n## /m.exec(textOf("docs/guides/operate.md")) ?? []
  const told = Array.from(table.matchAll(/^\| (`[^|]+`) +\|/gm), ([, names = ""]) => names.match(/[A-Z_]{4,}/g) ?? [])
  const read = [
    "apps/worker/src/WorkerConfig.ts",
    "apps/worker/src/logging.ts",
    "packages/handlers/src/batchChanges/host/configured/CodeHostSetting.ts",
    "packages/handlers/src/credentials/keys/keySettings.ts"
  ].flatMap((path) => Array.from(textOf(path).matchAll(/"([A-Z][A-Z_]{3,})"/g), ([, name]) => name))
  expect(read.length).toBeGreaterThan(20)
  expect(new Set(told.flat())).toEqual(new Set(read))
})
