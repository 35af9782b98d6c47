import { commitFiles, type Oid, readFirstFile, resolveCommit, updateRef } from "@drover/git"
import { DateTime, Effect } from "effect"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startBatchWorker } from "./batchWorker.ts"
import { forge, runDrover } from "./support.ts"

const spec = `name: round-cents
description: Cents are whole
on:
  - repository: acme/billing
  - repository: acme/shop
  - repository: acme/docs
steps:
  - run: |
      if [ -f money.txt ]; then sed -i s/cents/rounded/ money.txt; fi
      echo looked
changesetTemplate:
  title: Round cents
  body: So that sums are right.
  branch: drover/round-cents
  commit:
    message: Round cents
    author:
      name: Mia
      email: mia@drover.invalid
  published: true
`

interface Preview {
  readonly batchSpecId: number
  readonly hash: string
  readonly apply: string
  readonly changesets: ReadonlyArray<{ readonly repository: string; readonly fate: string }>
}

describe("drover batch", () => {
  const { drover, json, run, text, url } = forge()
  const root = mkdtempSync(join(tmpdir(), "drover-batch-"))
  const file = join(root, "spec.yaml")
  let worker: Awaited<ReturnType<typeof startBatchWorker>> | undefined
  afterAll(async () => {
    await worker?.dispose()
    rmSync(root, { recursive: true, force: true })
  })

  const commit = (
    name: string,
    branch: string,
    from: string | null,
    files: Readonly<Record<string, string>>
  ): Promise<Oid> =>
    run(
      Effect.gen(function* () {
        const repository = join(root, `${name}.git`)
        const parent = from === null ? null : yield* resolveCommit({ repository, revision: from })
        const author = { name: "Test", email: "test@drover.invalid", at: DateTime.makeUnsafe(0) }
        const oid = yield* commitFiles({ repository, parent, files, message: `Change ${branch}`, author })
        yield* updateRef({ repository, ref: `refs/heads/${branch}`, from: branch === from ? parent : null, to: oid })
        return oid
      })
    )

  const contentOf = (name: string, path: string) =>
    run(
      Effect.gen(function* () {
        const repository = join(root, `${name}.git`)
        const tip = yield* resolveCommit({ repository, revision: "main" })
        const found = yield* readFirstFile({ repository, commit: tip, paths: [path], maxBytes: 1000 })
        return Buffer.from(found?.content ?? []).toString()
      })
    )

  beforeAll(async () => {
    for (const login of ["mia", "eve"]) await text("user", "add", login)
    for (const name of ["acme/billing", "acme/shop", "acme/docs"]) {
      await text("repo", "add", name, "--root", root)
      await text("member", "set", name, "mia", "write")
    }
    await commit("acme/billing", "main", null, { "money.txt": "cents\n" })
    await commit("acme/shop", "main", null, { "money.txt": "cents\n", "shop.txt": "open\n" })
    await commit("acme/docs", "main", null, { "README.md": "Docs\n" })
    writeFileSync(file, spec)
    worker = await startBatchWorker(url())
  })

  it("says where in the file something is wrong", async () => {
    const wrong = join(root, "wrong.yaml")
    writeFileSync(wrong, spec.replace("  - repository: acme/shop", "  - repositori: acme/shop"))
    const shown = await drover("batch", "preview", "-f", wrong, "--as", "mia")
    expect(shown.code).toBe(4)
    expect(shown.stdout).toBe("")
    expect(shown.stderr).toContain(`${wrong}:5:`)
    expect(shown.stderr).toMatch(/^ {2}5 \| {3}- repositori: acme\/shop$/m)
    expect(shown.stderr).toMatch(/^ {4}\| +\^$/m)
    const programs = await drover("batch", "preview", "-f", wrong, "--as", "mia", "--json")
    const { error } = JSON.parse(programs.stderr) as { readonly error: { readonly problems: ReadonlyArray<unknown> } }
    expect(error).toMatchObject({ _tag: "BatchSpecRejected", exitCode: 4, file: wrong })
    expect(error.problems[0]).toMatchObject({ line: 5, column: 5 })

    writeFileSync(wrong, spec.replace("repository: acme/shop", "repository: acme/nowhere"))
    const missing = await drover("batch", "preview", "-f", wrong, "--as", "mia")
    expect([missing.code, missing.stderr]).toEqual([4, expect.stringContaining(`${wrong}:5:`)])
    expect(missing.stderr).toContain("acme/nowhere")

    const none = await drover("batch", "preview", "-f", join(root, "none.yaml"), "--as", "mia")
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("Cannot read")])
    const nobody = await drover("batch", "preview", "-f", file)
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining("--namespace")])
  })

  it("goes from a file to merged pull requests", async () => {
    const shown = await drover("batch", "preview", "-f", file, "--as", "mia")
    expect(shown.stderr).toBe("Steps in 3 workspaces: 3 completed\n")
    expect(shown.stdout).toMatch(/^Batch spec \d+ makes the batch change round-cents$/m)
    expect(shown.stdout).toMatch(
      /^acme\/billing +drover\/round-cents +create, push, publish +it is to be published +\+1 -1$/m
    )
    expect(shown.stdout).not.toContain("acme/docs ")
    const [, command] = /Apply it with\n {2}drover (.*)\n/.exec(shown.stdout)!

    const unseen = await drover("batch", "apply", "-f", file, "--as", "mia")
    expect([unseen.code, unseen.stderr]).toEqual([2, expect.stringContaining("--plan")])
    const moved = await drover("batch", "apply", "--spec", "1", "--plan", "0123456789abcdef", "--as", "mia")
    expect(moved.code).toBe(4)
    const byEve = await drover(...command!.split(" "), "--as", "eve")
    expect(byEve.code).toBe(3)

    const applied = await text(...command!.split(" "), "--as", "mia", "--wait")
    expect(applied).toMatch(/^Applied batch spec \d+ to mia\/round-cents: 2 changesets to reconcile$/m)
    expect(applied).toMatch(/^2 open$/m)
    expect(await text("batch", "list", "--as", "mia")).toMatch(/^ *1 +mia\/round-cents +open +2 open +\d+[smh]$/m)
    expect(await text("batch", "list", "--as", "eve")).toBe("No open batch changes\n")
    expect(await text("pr", "list", "acme/shop")).toContain("Round cents")

    const again = (await json("batch", "preview", "-f", file, "--as", "mia")) as Preview
    expect(again.changesets.map(({ fate }) => fate)).toEqual(["keep", "keep"])
    expect(
      await text("batch", "apply", "--spec", String(again.batchSpecId), "--yes", "--as", "mia", "--wait")
    ).toContain("2 open")

    const commented = await text("batch", "bulk", "comment", "mia/round-cents", "-m", "Please look", "--wait")
    expect(commented).toMatch(/^Bulk operation \d+: comment$/m)
    expect(commented).toMatch(/^Done: +100% of 2: 2 completed$/m)

    await commit("acme/shop", "main", "main", { "money.txt": "francs\n" })
    const merged = await drover(
      "batch",
      "bulk",
      "merge",
      "mia/round-cents",
      "--method",
      "squash",
      "--as",
      "mia",
      "--wait"
    )
    expect(merged.code).toBe(1)
    expect(merged.stdout).toMatch(/^Errors\n {2}acme\/shop#1: /m)
    expect(merged.stderr).toMatch(/drover: 1 of 2 failed: `drover batch bulk show \d+` says why/)

    const listed = await text("batch", "changesets", "mia/round-cents", "--state", "merged")
    expect(listed).toMatch(/^ *\d+ +acme\/billing +drover\/round-cents +#1 +merged/m)
    expect(listed).not.toContain("acme/shop")
    const operations = (await json("batch", "bulk", "list", "mia/round-cents")) as ReadonlyArray<{
      readonly type: string
    }>
    expect(operations.map(({ type }) => type)).toEqual(["merge", "comment"])
  })

  it("shows how far a batch change is, and what happened", async () => {
    const shown = await text("batch", "show", "mia/round-cents")
    expect(shown).toMatch(/^mia\/round-cents$/m)
    expect(shown).toMatch(/^Changesets: +1 merged, 1 open$/m)
    expect(shown).toMatch(/^Merged: +1; half of them within /m)
    expect(shown).toMatch(/^Forecast: +1 remain; at 1\.0 a day the last is merged in 1d$/m)
    const burnt = await text("batch", "burndown", "mia/round-cents", "--repositories")
    expect(burnt).toMatch(/UTC +0 +1 +1 +2 +█+$/m)
    expect(burnt).toMatch(/^acme\/billing +0 +1 +1 +\d+m?s$/m)
    const [{ id }] = (await json("batch", "changesets", "mia/round-cents")) as [{ readonly id: number }]
    const kinds = (await json("batch", "events", String(id))) as ReadonlyArray<{ readonly kind: string }>
    expect(kinds.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["created", "attached", "pushed", "published"])
    )
    const logs = await text("batch", "logs", "1")
    expect(logs).toMatch(/^acme\/docs main \(workspace \d+\) completed$/m)
    expect(logs).toContain("stdout: looked")
    const byEve = await drover("batch", "logs", "1", "--as", "eve")
    expect(byEve.code).toBe(3)
  })

  it("closes a batch change with its pull requests, and opens it again", async () => {
    const closed = await text("batch", "close", "mia/round-cents", "--close-changesets", "--wait")
    expect(closed).toBe("mia/round-cents is closed; 1 pull request to close: 1 closed, 1 merged\n")
    const { batchSpecId } = (await json("batch", "show", "mia/round-cents")) as { readonly batchSpecId: number }
    const refused = await drover("batch", "preview", "--spec", String(batchSpecId))
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining("is closed")])
    expect(await text("batch", "reopen", "mia/round-cents")).toBe("mia/round-cents is open\n")
  })

  it("undoes what was merged by another batch change, and leaves out what conflicts", async () => {
    const made = join(root, "shout.yaml")
    const shout = spec.replaceAll("round-cents", "shout").replace("s/cents/rounded/ money.txt", "s/o/O/ money.txt")
    for (const name of ["acme/billing", "acme/shop"]) await commit(name, "main", "main", { "money.txt": "money\n" })
    writeFileSync(made, shout)
    await text("batch", "apply", "-f", made, "--as", "mia", "--yes", "--wait")
    await text("batch", "bulk", "merge", "mia/shout", "--method", "squash", "--as", "mia", "--wait")
    await commit("acme/billing", "main", "main", { "later.txt": "later\n" })
    await commit("acme/shop", "main", "main", { "money.txt": "bitcoin\n" })

    const undo = join(root, "revert.yaml")
    const shown = await drover("batch", "revert", "mia/shout", "-o", undo, "--as", "mia")
    expect(shown.code).toBe(1)
    expect(shown.stdout).toMatch(/^acme\/billing +main +#\d+ +undone$/m)
    expect(shown.stdout).toMatch(/^acme\/shop +main +#\d+ +conflict +money\.txt: main has changed since: revert /m)
    expect(shown.stdout).toMatch(/^1 of 2 changesets to undo, as the batch change revert-shout$/m)
    expect(shown.stdout).toContain(`drover batch preview -f ${undo} --namespace mia\n`)
    expect(shown.stderr).toContain("1 of 2 changesets cannot be undone by a spec")
    const printed = await drover("batch", "revert", "mia/shout", "--as", "mia")
    expect(printed.stdout).toBe(readFileSync(undo, "utf8"))
    const programs = await drover("batch", "revert", "mia/shout", "--as", "mia", "--json", "--name", "calm")
    expect(JSON.parse(programs.stdout)).toMatchObject({
      name: "calm",
      namespace: "mia",
      source: expect.stringContaining("name: calm") as string,
      changesets: [
        { repository: "acme/billing", fate: "undone", why: null },
        { repository: "acme/shop", fate: "conflict", conflictedPaths: ["money.txt"] }
      ],
      hidden: 0
    })

    expect(await text("batch", "apply", "-f", undo, "--as", "mia", "--yes", "--wait")).toContain("1 open")
    await text("batch", "bulk", "merge", "mia/revert-shout", "--method", "squash", "--as", "mia", "--wait")
    expect(await contentOf("acme/billing", "money.txt")).toBe("money\n")
    expect(await contentOf("acme/billing", "later.txt")).toBe("later\n")
    expect(await contentOf("acme/shop", "money.txt")).toBe("bitcoin\n")
    expect(await text("batch", "revert", "mia/revert-shout", "--name", "again", "--as", "mia")).toContain("+mOney")
    const none = await drover("batch", "revert", "mia/shout", "--as", "mia")
    expect(none.stdout).toMatch(/^acme\/billing +main +#\d+ +nothing +main has none of it any more$/m)
    expect(none.stdout).toContain("There is nothing to undo\n")
    const nowhere = await drover("batch", "revert", "mia/revert-shout", "-o", join(root, "no", "x.yaml"), "--as", "mia")
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining("Cannot write")])
  })

  it("says which pending pull requests will collide", async () => {
    const made = join(root, "quiet.yaml")
    writeFileSync(
      made,
      spec.replaceAll("round-cents", "quiet").replace("s/cents/rounded/ money.txt", "s/^/quiet/ money.txt")
    )
    await text("batch", "apply", "-f", made, "--as", "mia", "--yes", "--wait")
    await commit("acme/shop", "other", "main", { "money.txt": "other\n" })
    await text("pr", "open", "acme/shop", "--head", "other", "--base", "main", "--title", "Other", "--as", "mia")
    const shown = await text("batch", "collisions", "mia/quiet", "--as", "mia")
    expect(shown).toMatch(/^acme\/shop +#\d+ drover\/quiet +#\d+ other +money\.txt$/m)
    expect(shown).toMatch(/^1 collision of 3 pending pull requests; 3 merges tried$/m)
    expect(await json("batch", "collisions", "mia/quiet")).toMatchObject({
      repositories: [{ repository: "acme/billing", merges: 0 }, { collisions: [{ conflictedPaths: ["money.txt"] }] }],
      hidden: 0
    })
  })

  it("tells of steps that fail, and where their output is", async () => {
    const failing = join(root, "failing.yaml")
    writeFileSync(failing, spec.replace("round-cents", "failing").replace("echo looked", "echo no money >&2; exit 3"))
    const shown = await drover("batch", "preview", "-f", failing, "--as", "mia", "--json")
    expect(shown.code).toBe(1)
    expect(shown.stdout).toBe("")
    const { error } = JSON.parse(shown.stderr) as { readonly error: { readonly message: string } }
    expect(error.message).toContain("ended with exit code 3")
    expect(error.message).toContain("no money")
  })

  it("shows on a terminal how far the steps are", async () => {
    const other = join(root, "other.yaml")
    writeFileSync(other, spec.replace("round-cents", "other").replace("echo looked", "sleep 0.3"))
    const args = ["batch", "preview", "-f", other, "--as", "mia", "--no-color"]
    const shown = await runDrover(args, { DATABASE_URL: url() }, { columns: 100 })
    expect(shown.stderr).toContain("\r\u001B[2KSteps in 3 workspaces:")
    expect(shown.stderr).toMatch(/running/)
  })
})
