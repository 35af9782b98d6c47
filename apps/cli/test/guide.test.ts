import { JobKind, JobRuntime, PermanentError } from "@drover/core"
import { commitFiles, type Oid, updateRef } from "@drover/git"
import { recomputeMergeabilityHandler, recomputeReviewDecisionHandler, reindexCodeHandler } from "@drover/handlers"
import { DateTime, Effect, Schema } from "effect"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { exitCodes } from "../src/errors/exitCode.ts"
import { alike, examplesIn } from "./guide.ts"
import { forge, runDrover } from "./support.ts"

const guide = readFileSync(new URL("../../../docs/guides/cli.md", import.meta.url), "utf8")
const Invoice = JobKind.make("invoice", { payload: Schema.Struct({ customer: Schema.String }) })
const invoiceHandler = Invoice.handle(() => Effect.fail(new PermanentError({ reason: "customer 7 has no address" })))

describe("docs/guides/cli.md", () => {
  const { run, url } = forge()
  const root = mkdtempSync(join(tmpdir(), "drover-guide-"))
  const path = join(root, "acme/billing.git")
  let head = ""
  const settings = () => ({ DATABASE_URL: url(), DROVER_KEYS: `2026-11=${Buffer.alloc(32).toString("base64")}` })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  const commit = (branch: string, parent: Oid | null, content: string) =>
    Effect.gen(function* () {
      const author = { name: "Mia", email: "mia@drover.invalid", at: DateTime.makeUnsafe(0) }
      const files = { "src/money.ts": content }
      const oid = yield* commitFiles({ repository: path, parent, files, message: "Change money", author })
      yield* updateRef({ repository: path, ref: `refs/heads/${branch}`, from: null, to: oid })
      return oid
    })
  const push = Effect.gen(function* () {
    const base = yield* commit("main", null, "export const cents = (euros: number) => euros * 100\n")
    return yield* commit("round", base, "export const cents = (euros: number) => Math.round(euros * 100)\n")
  })
  const handlers = [invoiceHandler, recomputeMergeabilityHandler, recomputeReviewDecisionHandler, reindexCodeHandler]
  const work = Effect.repeat(JobRuntime.runOnce({ handlers }), { while: (ran) => ran })

  beforeAll(() => run(Effect.andThen(Invoice.enqueue({ customer: "acme" }), work)))

  it("shows what the commands print", async () => {
    const examples = examplesIn(guide)
    expect(examples.length).toBeGreaterThan(20)
    for (const { args, environment, input, line, printed } of examples) {
      const actual = args.map((arg) => arg.replace("/srv/git", root).replace(/^[0-9a-f]{40}$/, head))
      const typed = input === undefined ? "" : `secret of ${input}`
      const { stderr, stdout } = await runDrover(actual, { ...settings(), ...environment }, undefined, typed)
      expect(alike(stdout + stderr, root), `$ ${line}`).toBe(alike(printed, root))
      if (args[0] === "repo" && args[1] === "add") head = await run(push)
      if (line.startsWith("drover repo add") || args[0] === "pr") await run(work)
    }
  })

  it("lists the exit codes that there are", () => {
    const listed = Array.from(guide.matchAll(/^\| (\d+) +\|/gm), ([, code]) => Number(code))
    expect(listed).toEqual([...Object.values(exitCodes), 130])
  })

  it("names every field that programs get, and no other", async () => {
    const printed = async (...args: ReadonlyArray<string>): Promise<unknown> => {
      const { stdout } = await runDrover([...args, "--json"], settings(), undefined, "secret")
      const value: unknown = JSON.parse(stdout)
      return Array.isArray(value) ? value[0] : value
    }
    await runDrover(["protect", "set", "acme/billing", "main"], { DATABASE_URL: url() })
    await runDrover(["webhook", "add", "all", "https://hooks.example.com/all"], { DATABASE_URL: url() })
    const shown = {
      "user add": await printed("user", "add", "eve"),
      "repo list": await printed("repo", "list"),
      "pr list": await printed("pr", "list", "acme/billing", "--state", "all"),
      "protect list": await printed("protect", "list", "acme/billing"),
      "webhook list": await printed("webhook", "list", "all"),
      "webhook deliveries": await printed("webhook", "deliveries", "2"),
      "credential add": await printed("credential", "add", "gitea", "https://gitea.example.com/", "--site"),
      "credential list": await printed("credential", "list"),
      "credential check": await printed("credential", "check"),
      "credential rotate": await printed("credential", "rotate"),
      "jobs list": await printed("jobs", "list"),
      "token create": await printed("token", "create", "mia", "--name", "more"),
      "token list": await printed("token", "list", "mia"),
      "pr comment": await printed("pr", "comment", "acme/billing", "1", "--body", "Nice"),
      "pr review": await printed("pr", "review", "acme/billing", "1", "--comment", "--body", "Nice", "--as", "ada"),
      "status set": await printed("status", "set", "acme/billing", head, "--state", "pending")
    }
    for (const [command, value] of Object.entries(shown)) {
      expect([command, ...Object.keys(value as object)]).toEqual([command, ...fieldsOf(command)])
    }
  })

  const fieldsOf = (command: string): ReadonlyArray<string> => {
    const line = guide.split("\n").find((text) => text.startsWith("- ") && text.includes(`\`${command}\``)) ?? ""
    return Array.from(line.slice(line.indexOf(": ")).matchAll(/`(\w+)`/g), ([, field]) => field!)
  }
})
