import { commitFiles, resolveCommit, updateRef } from "@drover/git"
import { DateTime, Effect } from "effect"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startBatchWorker } from "./batchWorker.ts"
import { alike, examplesIn } from "./guide.ts"
import { forge, runDrover } from "./support.ts"

const guide = readFileSync(new URL("../../../docs/guides/batch-changes.md", import.meta.url), "utf8")

describe("docs/guides/batch-changes.md", () => {
  const { json, run, text, url } = forge()
  const root = mkdtempSync(join(tmpdir(), "drover-batch-guide-"))
  const file = join(root, "round-cents.yaml")
  const undo = join(root, "revert.yaml")
  let worker: Awaited<ReturnType<typeof startBatchWorker>> | undefined
  afterAll(async () => {
    await worker?.dispose()
    rmSync(root, { recursive: true, force: true })
  })

  const commit = (name: string, from: string | null, files: Readonly<Record<string, string>>) =>
    run(
      Effect.gen(function* () {
        const repository = join(root, `${name}.git`)
        const parent = from === null ? null : yield* resolveCommit({ repository, revision: from })
        const author = { name: "Eve", email: "eve@drover.invalid", at: DateTime.makeUnsafe(0) }
        const oid = yield* commitFiles({ repository, parent, files, message: "Change money", author })
        yield* updateRef({ repository, ref: "refs/heads/main", from: parent, to: oid })
      })
    )

  beforeAll(async () => {
    await text("user", "add", "mia")
    for (const name of ["acme/billing", "acme/shop", "acme/docs"]) {
      await text("repo", "add", name, "--root", root)
      await text("member", "set", name, "mia", "write")
    }
    await commit("acme/billing", null, { "money.txt": "cents\n" })
    await commit("acme/shop", null, { "money.txt": "cents\n", "shop.txt": "open\n" })
    await commit("acme/docs", null, { "README.md": "Docs\n" })
    writeFileSync(file, /^```yaml\n(.*?)^```$/ms.exec(guide)![1]!)
    worker = await startBatchWorker(url())
  })

  /** What the forge computes of new pull requests, and Drover then sees. */
  const mergeabilityIsKnown = async (): Promise<void> => {
    const found = (await json("batch", "changesets", "mia/round-cents")) as ReadonlyArray<{
      readonly mergeable: string
    }>
    if (found.some(({ mergeable }) => mergeable === "unknown")) await mergeabilityIsKnown()
  }

  it("shows what the commands print", { timeout: 60_000 }, async () => {
    const examples = examplesIn(guide)
    expect(examples.length).toBeGreaterThan(6)
    const files: Readonly<Record<string, string>> = { "round-cents.yaml": file, "revert.yaml": undo }
    let plan = ""
    for (const { args, line, printed } of examples) {
      if (line.includes("bulk merge")) await commit("acme/shop", "main", { "money.txt": "francs\n" })
      const actual = args.map((arg) => files[arg] ?? (/^[0-9a-f]{16}$/.test(arg) ? plan : arg))
      if (line.includes("batch changesets")) await mergeabilityIsKnown()
      const { code, stderr, stdout } = await runDrover(actual, { DATABASE_URL: url() })
      plan = /^Plan ([0-9a-f]{16})/m.exec(stdout)?.[1] ?? plan
      // how far it is comes before the result, why it failed after it
      const shown = code === 0 ? stderr + stdout : stdout + stderr
      expect(alike(shown.replaceAll(undo, "revert.yaml")), `$ ${line}`).toBe(alike(printed))
    }
  })
})
