/** Credentials for hosts that the operator has set up: fakes of all four, over real HTTP. */
import { makeFakeBitbucketServer } from "@drover/code-hosts/testing/bitbucketServer"
import type { Forge } from "@drover/code-hosts/testing/forge"
import { makeFakeGitea } from "@drover/code-hosts/testing/gitea"
import { makeFakeGitHub } from "@drover/code-hosts/testing/github"
import { makeFakeGitLab } from "@drover/code-hosts/testing/gitlab"
import { createServer } from "node:http"
import { once } from "node:events"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { forge, runDrover } from "./support.ts"

interface Host {
  readonly kind: string
  /** As credentials name it. */
  readonly url: string
  readonly setting: Readonly<Record<string, string>>
  readonly forge: Forge
  readonly close: () => Promise<void>
}

const makeHosts = async (): Promise<ReadonlyArray<Host>> => {
  const [github, gitlab, gitea, bitbucket] = await Promise.all([
    makeFakeGitHub(),
    makeFakeGitLab(),
    makeFakeGitea(),
    makeFakeBitbucketServer()
  ])
  const at = (kind: string, fake: Pick<Host, "url" | "forge" | "close">, more = {}): Host => ({
    ...fake,
    kind,
    setting: { kind, url: fake.url, ...more }
  })
  return [
    at("github", github, { apiUrl: github.url, graphqlUrl: github.graphqlUrl }),
    at("gitlab", gitlab),
    at("gitea", gitea),
    at("bitbucketServer", bitbucket)
  ]
}

describe("a credential for a code host that is set up", () => {
  const { text, url } = forge()
  let hosts: ReadonlyArray<Host>
  beforeAll(async () => {
    hosts = await makeHosts()
    await text("user", "add", "mia")
  })
  afterAll(() => Promise.all(hosts.map((host) => host.close())))
  afterEach(() => {
    for (const { forge: fake } of hosts) {
      fake.faults.clear()
      fake.log.clear()
    }
  })

  const drover = (
    input: string,
    args: ReadonlyArray<string>,
    codeHosts = JSON.stringify(hosts.map((h) => h.setting))
  ) =>
    runDrover(
      ["credential", ...args],
      { DATABASE_URL: url(), DROVER_NO_KEYS: "true", DROVER_CODE_HOSTS: codeHosts },
      undefined,
      input
    )
  const stored = async (): Promise<ReadonlyArray<Record<string, unknown>>> =>
    JSON.parse((await drover("", ["list", "--json"])).stdout)
  const asked = () => hosts.flatMap((host) => host.forge.log.all)

  it("is not written where the host refuses it, unless the host is not to be asked", async () => {
    for (const { forge: fake, kind, url: at } of hosts) {
      // the address may be written in other ways
      const named = `${at.replace("http:", "HTTP:")}//`
      const refused = await drover("PLANTED-withdrawn", ["add", kind, named, "--site"])
      expect([kind, refused.code, refused.stdout]).toEqual([kind, 4, ""])
      expect(refused.stderr).toContain(`${kind} ${at}/ does not take the credential: `)
      expect(refused.stderr).not.toContain("PLANTED")
      expect(await stored()).toEqual([])

      const good = await drover(fake.addToken("ada"), ["add", kind, named, "--site"])
      expect([good.stderr, good.stdout]).toEqual([
        "",
        `Added the credential of the site for ${kind} ${named}, where it is ada\n`
      ])
      const worse = await drover("PLANTED-withdrawn", ["add", kind, named, "--site", "--replace"])
      expect([worse.code, worse.stdout]).toEqual([4, ""])

      fake.log.clear()
      const unasked = await drover("PLANTED-withdrawn", ["add", kind, named, "--user", "mia", "--no-check"])
      expect([unasked.code, unasked.stderr]).toEqual([0, ""])
      expect(fake.log.all).toEqual([])
      for (const whose of [["--site"], ["--user", "mia"]]) {
        expect((await drover("", ["remove", kind, named, ...whose])).code).toBe(0)
      }
    }
  })

  it("is said to be valid, refused or unreachable, host by host, when all are checked", async () => {
    const [github, gitlab, gitea, bitbucket] = hosts as [Host, Host, Host, Host]
    for (const { forge: fake, kind, url: at } of [github, gitea]) {
      await drover(fake.addToken("ada"), ["add", kind, at, "--site", "--no-check"])
    }
    await drover("PLANTED-withdrawn", ["add", "gitlab", gitlab.url, "--site", "--no-check"])
    await drover("PLANTED-password", [
      "add",
      bitbucket.kind,
      bitbucket.url,
      "--site",
      "--username",
      "ada",
      "--no-check"
    ])
    await drover("PLANTED", ["add", "forgejo", "https://elsewhere.example/", "--site"])
    gitea.forge.faults.plan({ kind: "unavailable", status: 503 })
    const checked = await drover("", ["check", "--json"])
    expect(checked.code).toBe(1)
    expect(checked.stderr).toContain("3 of 5 credentials do not work")
    expect(JSON.parse(checked.stdout)).toMatchObject([
      { type: "github", outcome: "valid", account: "ada", message: null },
      { type: "gitea", outcome: "unreachable", account: null, message: expect.stringContaining("could not be asked") },
      { type: "gitlab", outcome: "refused", account: null, message: expect.stringContaining("does not take") },
      { type: "bitbucketServer", outcome: "refused", account: null },
      { type: "forgejo", host: "https://elsewhere.example/", outcome: "readable", account: null, message: null }
    ])
    expect(checked.stdout).not.toContain("PLANTED")
    for (const { host, type } of await stored()) await drover("", ["remove", String(type), String(host), "--site"])
  })

  it("is never sent to an address that only whoever adds it names", async () => {
    const [{ forge: fake, url: at }] = hosts as [Host]
    const settings = JSON.stringify([{ kind: "gitlab", url: at }])
    for (const elsewhere of [
      at,
      `${at}/below`,
      `${at}?q`,
      "http://127.0.0.1:1/",
      "http://10.0.0.1/",
      "http://169.254.169.254/",
      "http://[::1]/",
      "https://github.com/",
      "no-address"
    ]) {
      const added = await drover(fake.addToken("ada"), ["add", "github", elsewhere, "--site"], settings)
      expect([elsewhere, added.code, added.stderr]).toEqual([elsewhere, 0, ""])
      expect(added.stdout).not.toContain("where it is")
      await drover("", ["remove", "github", elsewhere, "--site"], settings)
    }
    const another = JSON.stringify([{ kind: "github", url: "https://github.example/" }])
    const unknown = await drover(fake.addToken("ada"), ["add", "github", at, "--site"], another)
    expect([unknown.code, unknown.stdout]).toEqual([1, ""])
    expect(unknown.stderr).toContain("it is none of DROVER_CODE_HOSTS")
    expect(await stored()).toEqual([])
    expect(asked()).toEqual([])
  })

  it("does not follow its host elsewhere", async () => {
    const [{ forge: fake, url: at }] = hosts as [Host]
    const away = createServer((_, response) => response.writeHead(307, { location: `${at}/user` }).end())
    away.listen(0, "127.0.0.1")
    await once(away, "listening")
    const { port } = away.address() as { readonly port: number }
    const from = `http://127.0.0.1:${port}`
    const settings = JSON.stringify([{ kind: "github", url: from, apiUrl: from }])
    const added = await drover(fake.addToken("ada"), ["add", "github", from, "--site"], settings)
    expect([added.code, added.stdout]).toEqual([1, ""])
    expect(added.stderr).toContain("could not be asked about the credential")
    expect(asked()).toEqual([])
    away.close()
    away.closeAllConnections()
  })

  it.each([
    ["[", "a valid JSON string"],
    [`[{"kind":"svn","url":"https://x.example/"}]`, "kind"],
    [`[{"kind":"github","url":"x.example"}]`, "must be an address such as"],
    [`[{"kind":"github","url":"ftp://x.example/"}]`, "must be an address such as"],
    [`[{"kind":"github","url":"https://ada:PLANTED@x.example/"}]`, "with no user in it"],
    [`[{"kind":"github","url":"https://x.example/","token":"PLANTED"}]`, "token"],
    [
      `[{"kind":"gitea","url":"https://x.example/"},{"kind":"gitea","url":"https://X.example"}]`,
      "there are two gitea https://x.example/"
    ]
  ])("is not looked for under settings that are none: %s", async (codeHosts, says) => {
    const ended = await drover("", ["list"], codeHosts)
    expect([ended.code, ended.stdout]).toEqual([2, ""])
    expect(ended.stderr).toContain(says)
    expect(ended.stderr).toContain("DROVER_CODE_HOSTS")
    expect(ended.stderr).not.toContain("PLANTED")
  })
})
