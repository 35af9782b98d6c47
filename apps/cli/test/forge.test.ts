import { JobRuntime } from "@drover/core"
import { commitFiles, type Oid, resolveCommit, updateRef } from "@drover/git"
import {
  listProtections,
  listWebhooks,
  recomputeMergeabilityHandler,
  recomputeReviewDecisionHandler,
  reindexCodeHandler
} from "@drover/handlers"
import { DateTime, Effect } from "effect"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { forge, runDrover } from "./support.ts"

describe("drover on the forge", () => {
  const { drover, json, run, text, url } = forge()
  const root = mkdtempSync(join(tmpdir(), "drover-cli-"))
  const path = join(root, "acme/billing.git")
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  /** Commits on top of a branch, and moves another there. */
  const commit = (branch: string, from: string | null, files: Readonly<Record<string, string>>): Promise<Oid> =>
    run(
      Effect.gen(function* () {
        const parent = from === null ? null : yield* resolveCommit({ repository: path, revision: from })
        const author = { name: "Test", email: "test@drover.invalid", at: DateTime.makeUnsafe(0) }
        const oid = yield* commitFiles({ repository: path, parent, files, message: `Change ${branch}`, author })
        const old = branch === from ? parent : null
        yield* updateRef({ repository: path, ref: `refs/heads/${branch}`, from: old, to: oid })
        return oid
      })
    )
  /** What the worker does. */
  const work = () =>
    run(
      Effect.repeat(
        JobRuntime.runOnce({
          handlers: [recomputeMergeabilityHandler, recomputeReviewDecisionHandler, reindexCodeHandler]
        }),
        { while: (ran) => ran }
      )
    )

  beforeAll(async () => {
    await text("repo", "add", "acme/billing", "--root", root)
    await commit("main", null, { "src/money.ts": "export const cents = (euros: number) => euros * 100\n" })
    await commit("round", "main", {
      "src/money.ts": "export const cents = (euros: number) => Math.round(euros * 100)\n"
    })
    await commit("docs", "main", { "README.md": "Billing\n" })
    for (const login of ["mia", "ada", "eve"]) await text("user", "add", login)
    expect(await text("member", "set", "acme/billing", "mia", "write")).toBe("mia has the role write in acme/billing\n")
    await text("member", "set", "acme/billing", "ada", "write")
  })

  it("makes a repository, registers one that is there, and shows each to those who may know of it", async () => {
    expect(existsSync(join(path, "HEAD"))).toBe(true)
    expect(await json("repo", "add", "acme/public", "--path", path, "--public")).toMatchObject({
      name: "acme/public",
      path,
      visibility: "public",
      defaultBranch: "main"
    })
    const all = await text("repo", "list")
    expect(all).toMatch(/^NAME +VISIBILITY +BRANCH +PUSHED +PATH$/m)
    expect(all).toMatch(/^acme\/billing +private +main +never +\S+billing\.git$/m)
    const names = async (...args: ReadonlyArray<string>) =>
      ((await json("repo", "list", ...args)) as ReadonlyArray<{ readonly name: string }>).map(({ name }) => name)
    expect(await names()).toEqual(["acme/billing", "acme/public"])
    expect(await names("--as", "eve")).toEqual(["acme/public"])

    const none = await drover("repo", "add", "acme/other")
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("Give --path")])
    const taken = await drover("repo", "add", "acme/billing", "--root", root)
    expect([taken.code, taken.stderr]).toEqual([4, expect.stringContaining("there is one already")])
    const byEve = await drover("repo", "add", "acme/eve", "--root", root, "--as", "eve")
    expect([byEve.code, byEve.stderr]).toEqual([4, expect.stringContaining("leave out --as eve")])
  })

  it("takes a pull request from its opening to its merge", async () => {
    const args = ["--base", "main", "--head", "round", "--title", "Round to cents", "--as", "mia", "--draft"]
    expect(await text("pr", "open", "acme/billing", ...args, "--body", "So that sums are right.")).toBe(
      "acme/billing#1 is open\n"
    )
    await work()
    expect(await json("pr", "show", "acme/billing", "1")).toMatchObject({
      repository: "acme/billing",
      number: 1,
      author: "mia",
      draft: true,
      state: "open",
      mergeableState: "draft",
      changedFiles: 1
    })
    const draft = await drover("pr", "merge", "acme/billing", "1", "--as", "mia")
    expect([draft.code, draft.stderr]).toEqual([4, expect.stringContaining("mark it ready for review first")])

    expect(await text("pr", "ready", "acme/billing", "1", "--as", "mia")).toBe("acme/billing#1 is ready for review\n")
    await text("pr", "edit", "acme/billing", "1", "--title", "Round to whole cents")
    await work()
    const shown = await text("pr", "show", "acme/billing", "1")
    expect(shown).toContain("acme/billing#1: Round to whole cents\n")
    expect(shown).toMatch(/^Mergeable: +clean$/m)
    expect(shown).toMatch(/^Changes: +\+1 -1 in 1 file, 1 commit$/m)
    expect(shown).toMatch(/\n\nSo that sums are right\.\n$/)

    expect(await text("pr", "list", "acme/billing")).toMatch(
      /^ *1 +Round to whole cents +main +round +open +clean +- +\d+[sm]$/m
    )
    const moved = await drover("pr", "merge", "acme/billing", "1", "--expected-head", "0".repeat(40))
    expect([moved.code, moved.stderr]).toEqual([4, expect.stringContaining("review what it brings now")])

    const merged = await text("pr", "merge", "acme/billing", "1", "--method", "squash", "--as", "mia")
    const main = await run(resolveCommit({ repository: path, revision: "main" }))
    expect(merged).toBe(`acme/billing#1 is merged into main as ${main}\n`)
    expect(await text("pr", "list", "acme/billing")).toBe("No open pull requests in acme/billing\n")
    expect(await json("pr", "list", "acme/billing", "--state", "merged")).toMatchObject([
      { number: 1, state: "merged", mergedBy: "mia", mergeCommitSha: main }
    ])
  })

  it("closes, reopens, comments and reviews", async () => {
    const args = ["acme/billing", "--base", "main", "--head", "docs", "--title", "Docs", "--as", "mia"]
    const opened = (await json("pr", "open", ...args)) as { readonly number: number; readonly headSha: string }
    const named = ["acme/billing", String(opened.number)] as const
    expect(await text("pr", "close", ...named)).toBe(`acme/billing#${opened.number} is closed\n`)
    expect(await text("pr", "reopen", ...named)).toBe(`acme/billing#${opened.number} is open again\n`)
    expect(await text("pr", "comment", ...named, "--body", "Nice", "--as", "ada")).toBe(
      `Commented on acme/billing#${opened.number}\n`
    )

    expect(await text("pr", "review", ...named, "--approve", "--as", "ada")).toBe(
      `Approved acme/billing#${opened.number} at ${opened.headSha}\n`
    )
    await work()
    expect(await json("pr", "show", ...named)).toMatchObject({ reviewDecision: "approved" })

    const [nobody, both, own, stranger, missing] = await Promise.all([
      drover("pr", "review", ...named, "--approve"),
      drover("pr", "review", ...named, "--approve", "--comment", "--as", "ada"),
      drover("pr", "review", ...named, "--approve", "--as", "mia"),
      drover("pr", "show", ...named, "--as", "eve"),
      drover("pr", "show", "acme/billing", "99")
    ])
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining("say who with --as LOGIN")])
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining("give one of --approve")])
    expect([own.code, own.stderr]).toEqual([4, expect.stringContaining("can only be a comment")])
    expect([stranger.code, missing.code]).toEqual([3, 3])
    expect(missing.stderr).toBe("drover: There is no pull request acme/billing#99\n")
  })

  it("protects branches, and reports statuses that count", async () => {
    const args = ["acme/billing", "main", "--approvals", "1", "--check", "ci", "--check", "lint", "--up-to-date"]
    expect(await json("protect", "set", ...args)).toMatchObject({
      pattern: "main",
      requirePullRequest: true,
      requiredApprovals: 1,
      requiredChecks: ["ci", "lint"],
      requireUpToDate: true,
      allowForcePushes: false
    })
    // where the hook of the repository reads them
    const mirrored = () => readFileSync(join(path, "drover/protections.json"), "utf8")
    expect(JSON.parse(mirrored())).toMatchObject([{ pattern: "main", requirePullRequest: true }])
    expect(await text("protect", "list", "acme/billing")).toMatch(
      /^main +pull requests only, 1 approval, checks ci lint, up to date, no force pushes, no deletion$/m
    )

    const head = await run(resolveCommit({ repository: path, revision: "docs" }))
    expect(await text("status", "set", "acme/billing", head, "--context", "ci", "--state", "failure")).toBe(
      `acme/billing: ci says failure of ${head}\n`
    )
    await text("status", "set", "acme/billing", head, "--context", "ci", "--state", "success")
    expect(await json("status", "list", "acme/billing", head)).toMatchObject({
      state: "success",
      statuses: [{ context: "ci", state: "success", sha: head }]
    })
    const wrong = await drover("status", "set", "acme/billing", "abc", "--state", "success")
    expect(wrong.code).toBe(4)

    expect(await text("protect", "remove", "acme/billing", "main")).toBe(
      "acme/billing: main is not protected any more\n"
    )
    expect(mirrored()).toBe("")
    const again = await drover("protect", "remove", "acme/billing", "main")
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining("drover protect list acme/billing")])
    const byMia = await drover("protect", "set", "acme/billing", "main", "--as", "mia")
    expect([byMia.code, byMia.stderr]).toEqual([4, expect.stringContaining(`takes the role "admin"`)])
    const { id } = ((await json("repo", "list")) as ReadonlyArray<{ readonly id: number }>)[0]!
    expect(await run(listProtections({ repositoryId: id }))).toEqual([])
  })

  it("searches code, with the lines that match, painted on a terminal", async () => {
    await json("repo", "add", "acme/code", "--path", path)
    await work()
    const found = await text("search", "cents", "repo:acme/code")
    expect(found).toMatch(/^acme\/code src\/money\.ts\n {2}1: export const cents = .*\n\n1 file\n$/)

    const painted = await runDrover(["search", "cents", "repo:acme/code"], { DATABASE_URL: url() }, { columns: 80 })
    expect(painted.stdout).toContain("export const \u001B[31mcents\u001B[39m = ")
    expect(await text("search", "nowhere", "repo:acme/code")).toBe("Nothing found\n")
    expect(await json("search", "cents", "repo:acme/code")).toMatchObject({
      total: 1,
      hits: [{ repository: "acme/code", path: "src/money.ts", lines: [{ number: 1 }] }]
    })
    expect(await text("search", "--", "cents", "repo:acme/code", "-path:src")).toBe("Nothing found\n")
    const broken = await drover("search", "/(/")
    expect([broken.code, broken.stdout]).toEqual([2, ""])
  })

  it("keeps webhooks, never shows a secret, and refuses addresses that are not public", async () => {
    const added = await runDrover(
      [
        "webhook",
        "add",
        "acme/billing",
        "http://127.0.0.1:9/hook",
        "--event",
        "push",
        "--event",
        "pull_request",
        "--json"
      ],
      { DATABASE_URL: url(), DROVER_WEBHOOK_ALLOW: "127.0.0.1", DROVER_WEBHOOK_SECRET: "geheim-genug-0123456789" }
    )
    expect([added.code, added.stderr]).toEqual([0, ""])
    expect(added.stdout).not.toContain("geheim")
    const { id } = JSON.parse(added.stdout) as { readonly id: number }
    expect(JSON.parse(added.stdout)).toMatchObject({ events: ["push", "pull_request"], signed: true, active: true })
    expect(await text("webhook", "list", "acme/billing")).toMatch(
      /^ *\d+ +http:\/\/127\.0\.0\.1:9\/hook +push,pull_request +active +yes +-$/m
    )

    const [delivery] = (await json("webhook", "deliveries", String(id))) as ReadonlyArray<{ readonly id: string }>
    expect(await text("webhook", "deliveries", String(id), "--state", "pending")).toContain(`${delivery!.id}  ping`)
    expect(await text("webhook", "delivery", delivery!.id)).toContain(`"hook_id": ${id}`)
    expect(await text("webhook", "redeliver", delivery!.id)).toBe(`Delivery ${delivery!.id} is sent again\n`)
    expect(await text("webhook", "ping", String(id))).toContain("A ping is on its way")
    const unknown = await drover("webhook", "redeliver", "nonsense")
    expect(unknown.code).toBe(3)

    const refused = await drover("webhook", "add", "acme/billing", "http://169.254.169.254/latest")
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining("DROVER_WEBHOOK_ALLOW")])
    expect(await json("webhook", "edit", String(id), "--no-active", "--event", "*")).toMatchObject({
      active: false,
      events: ["*"],
      signed: true
    })
    expect(await text("webhook", "list", "all")).toContain("No webhooks")
    expect(await text("webhook", "remove", String(id))).toBe(`Webhook ${id} is removed\n`)
    expect(await run(listWebhooks({ repositoryId: null }))).toEqual([])
  })
})
