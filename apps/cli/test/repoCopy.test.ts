import { makeFakeGitHub } from "@drover/code-hosts/testing/github"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { forge, runDrover } from "./support.ts"

describe("drover repo copy", () => {
  const { url } = forge()
  const root = mkdtempSync(join(tmpdir(), "drover-copies-"))
  let github: Awaited<ReturnType<typeof makeFakeGitHub>>
  beforeAll(async () => {
    github = await makeFakeGitHub()
    const repository = await github.forge.addRepository({ owner: "acme", name: "billing", private: true })
    repository.roles.set("site-bot", "write")
  })
  afterAll(async () => {
    await github.close()
    rmSync(root, { recursive: true, force: true })
  })

  const drover = (input: string, ...args: ReadonlyArray<string>) => {
    const setting = { kind: "github", url: github.url, apiUrl: github.url, graphqlUrl: github.graphqlUrl }
    const environment = {
      DATABASE_URL: url(),
      DROVER_NO_KEYS: "true",
      DROVER_REPOSITORIES: root,
      DROVER_CODE_HOSTS: JSON.stringify([setting])
    }
    return runDrover(args, environment, undefined, input)
  }

  it("says what to add where the site has no credential, and copies once it has", async () => {
    const address = `${github.url}/acme/billing`
    const missing = await drover("", "repo", "copy", address)
    expect([missing.code, missing.stdout]).not.toEqual([0, ""])
    expect(missing.stderr).toContain("drover credential add")
    expect((await drover("", "repo", "list", "--json")).stdout).not.toContain("acme/billing")

    const token = github.forge.addToken("site-bot")
    expect((await drover(token, "credential", "add", "github", github.url, "--site")).code).toBe(0)
    const copied = await drover("", "repo", "copy", address)
    expect(copied).toEqual({ code: 0, stdout: `Copied acme/billing: ${root}/acme/billing.git\n`, stderr: "" })
    expect((await drover("", "repo", "copy", address)).code).toBe(0)
  })

  it("refuses an address of another host, and names those that there are", async () => {
    const { code, stderr } = await drover("", "repo", "copy", "https://elsewhere.example/acme/billing")
    expect(code).toBe(2)
    expect(stderr).toContain(github.url)
  })
})
