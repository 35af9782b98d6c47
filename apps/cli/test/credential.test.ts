import { Redacted, Result } from "effect"
import { Readable } from "node:stream"
import { randomBytes } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { Database } from "@drover/core"
import { sql } from "drizzle-orm"
import { makeAuthenticator, secretOf } from "../src/commands/credential/makeAuthenticator.ts"
import { readHidden, type } from "../src/input/readHidden.ts"
import { Effect } from "effect"
import { type Ended, forge, runDrover, startDrover } from "./support.ts"
import { once } from "node:events"

const key = (id: string) => `${id}=${randomBytes(32).toString("base64")}`
const [old, next] = [key("2025"), key("2026")]
const GITHUB = ["github", "https://github.example/"] as const

describe("drover credential", () => {
  const { run, text, url } = forge()
  const folder = mkdtempSync(join(tmpdir(), "drover-secret-"))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  beforeAll(async () => {
    for (const login of ["mia", "ada"]) await text("user", "add", login)
  })

  const under = (DROVER_KEYS: string | undefined, input: string, ...args: ReadonlyArray<string>): Promise<Ended> =>
    runDrover(["credential", ...args], { DATABASE_URL: url(), DROVER_KEYS }, undefined, input)
  const done = async (keys: string, input: string, ...args: ReadonlyArray<string>): Promise<string> => {
    const { code, stderr, stdout } = await under(keys, input, ...args)
    expect([code, stderr]).toEqual([0, ""])
    return stdout
  }
  const json = async (keys: string, input: string, ...args: ReadonlyArray<string>): Promise<unknown> =>
    JSON.parse(await done(keys, input, ...args, "--json"))
  const rows = () =>
    run(
      Database.use(({ run: ask }) =>
        ask((db) =>
          db.execute<{ text: string }>(
            sql`select encode(credential, 'escape') as text from user_credentials union all
              select encode(credential, 'escape') from site_credentials`
          )
        )
      )
    )

  it("adds one of a user from standard input and one of the site from a file, shows neither's secret, and removes them", async () => {
    expect(await done(old, "ghp_PLANTED\n", "add", ...GITHUB, "--user", "mia")).toBe(
      "Added the credential of mia for github https://github.example/\n"
    )
    const file = join(folder, "secret")
    writeFileSync(file, "ghp_PLANTED-site\r\n")
    expect(await json(old, "", "add", ...GITHUB, "--site", "--file", file)).toEqual({
      id: expect.any(Number),
      owner: null,
      type: "github",
      host: "https://github.example/",
      encryption: "encrypted",
      keyId: "2025",
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
      kind: "OAuthBearerToken",
      account: null,
      publicKey: null
    })
    const listed = await done(old, "", "list")
    expect(listed).toMatch(/^OWNER +TYPE +HOST +KEY +AGE$/m)
    expect(listed).toMatch(/^\(site\) +github +https:\/\/github.example\/ +2025 +\d+s$/m)
    expect(listed).toMatch(/^mia +github/m)
    for (const { text: stored } of await rows()) expect(stored).not.toContain("PLANTED")

    expect(await done(old, "", "remove", ...GITHUB, "--user", "mia")).toBe(
      "The credential of mia for github https://github.example/ is removed\n"
    )
    await done(old, "", "remove", ...GITHUB, "--site")
    expect(await done(old, "", "list")).toBe("No credentials: add one with `drover credential add`\n")
    expect((await under(old, "", "remove", ...GITHUB, "--site")).code).toBe(3)
  })

  it("makes a key for SSH of the kind that is asked for, and prints its public line", async () => {
    const printed = await done(old, "ghp_PLANTED", "add", ...GITHUB, "--user", "mia", "--ssh", "auto")
    expect(printed).toMatch(/^Added .*\nssh-ed25519 [A-Za-z0-9+/=]+ drover\n$/)
    const line = printed.split("\n")[1]
    // a new token keeps the key, so that the host need not be told of another
    const replaced = await json(old, "ghp_PLANTED-2", "add", ...GITHUB, "--user", "mia", "--replace")
    expect(replaced).toMatchObject({ kind: "OAuthBearerTokenWithSSH", publicKey: line })
    const rsa = await json(
      old,
      "PLANTED",
      "add",
      "gitea",
      "https://gitea.example/",
      "--site",
      "--username",
      "bot",
      "--ssh",
      "rsa-4096"
    )
    expect(rsa).toMatchObject({ kind: "BasicAuthWithSSH", publicKey: expect.stringMatching(/^ssh-rsa \S+ drover$/) })
    const other = await under(
      old,
      "PLANTED",
      "add",
      "gitlab",
      "https://gitlab.example/",
      "--site",
      "--sudo",
      "ada",
      "--ssh",
      "auto"
    )
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("--ssh goes with a token or a password")])
  })

  it("lets users work on their own, and on nobody else's", async () => {
    const own = await json(old, "ghp_PLANTED", "add", ...GITHUB, "--as", "ada")
    expect(own).toMatchObject({ owner: "ada" })
    expect(await json(old, "", "list", "--as", "ada")).toMatchObject([{ owner: "ada" }])
    expect(await json(old, "", "check", "--as", "ada")).toMatchObject([{ owner: "ada", outcome: "readable" }])
    for (const args of [
      ["add", "gitlab", "https://gitlab.example/", "--user", "mia"],
      ["add", "gitlab", "https://gitlab.example/", "--site"],
      ["list", "--user", "mia"],
      ["list", "--site"],
      ["remove", ...GITHUB, "--site"],
      ["rotate"]
    ]) {
      const { code, stderr, stdout } = await under(old, "ghp_PLANTED", ...args, "--as", "ada")
      expect([args, code, stdout]).toEqual([args, 4, ""])
      expect(stderr).toContain("Only the operator may")
    }
    expect((await under(old, "", "remove", ...GITHUB, "--user", "mia", "--as", "ada")).code).toBe(3)
    await done(old, "", "remove", ...GITHUB, "--as", "ada")
  })

  it("rotates keys with progress on standard error, says which keys are left, and what it could not read", async () => {
    await run(
      Database.use(({ run: ask }) =>
        ask((db) =>
          db.execute(sql`insert into site_credentials (external_service_type, external_service_id, credential, encryption_key_id)
            values ('lost', 'https://lost.example/', '\\x01', '2019')`)
        )
      )
    )
    const { code, stderr, stdout } = await under(`${next},${old}`, "", "rotate")
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^2 rewrapped and 0 encrypted under 2026\nfailed: site_credentials:\d+:credential: .*\n2019 is still in use, by 1: keep it\n$/
    )
    expect(stderr).toMatch(/^1 of 3\n3 of 3\ndrover: /)
    expect(stderr).toContain("1 credential(s) could not be read")

    const checked = await under(next, "", "check")
    expect(checked.code).toBe(1)
    expect(checked.stdout).toMatch(
      /^\(site\) +lost +https:\/\/lost.example\/ +unreadable +\S*site_credentials:\d+:credential is/m
    )
    expect(checked.stdout).toMatch(/^mia +github +\S+ +readable +-$/m)
    expect(checked.stderr).toContain("1 of 3 credentials do not work")
    expect(await json(next, "", "check", "--user", "mia")).toMatchObject([{ owner: "mia", message: null }])

    await done(next, "", "remove", "lost", "https://lost.example/", "--site")
    expect(await json(next, "", "rotate")).toEqual({
      keyId: "2026",
      rewrapped: 0,
      encrypted: 0,
      failed: [],
      otherKeys: []
    })
  })

  it("says what is missing, and writes nothing", async () => {
    const cases: ReadonlyArray<readonly [ReadonlyArray<string>, string, number, string]> = [
      [["add", "x", "https://x.example/"], "s", 2, "Say whose credential it is: --user LOGIN, --site"],
      [["add", "x", "https://x.example/", "--site", "--user", "mia"], "s", 2, "give --user or --site"],
      [["add", "x", "https://x.example/", "--user", "eve"], "s", 3, `There is no user "eve"`],
      [["add", "x", "https://x.example/", "--site"], "\n", 2, "There is no token: give it on standard input"],
      [["add", "x", "https://x.example/", "--site", "--username", "bot"], "", 2, "There is no password"],
      [["add", "x", "https://x.example/", "--site", "--file", join(folder, "nowhere")], "", 2, "nowhere: NotFound"],
      [["add", "x", "https://x.example/", "--site"], "s".repeat(70_000), 2, "it is longer than 65536 characters"],
      [["add", "x", "https://ada:s@x.example/", "--site"], "s", 4, "must not have a user or password in its address"],
      [["add", ...GITHUB, "--user", "mia"], "s", 4, "There is a credential of mia for github"]
    ]
    const before = await rows()
    for (const [args, input, code, says] of cases) {
      const ended = await under(next, input, ...args)
      expect([args, ended.code, ended.stdout]).toEqual([args, code, ""])
      expect(ended.stderr).toContain(says)
    }
    const undecided = await under(undefined, "s", "add", "x", "https://x.example/", "--site")
    expect([undecided.code, undecided.stderr]).toEqual([2, expect.stringContaining("set DROVER_KEYS_FILE")])
    expect(await rows()).toEqual(before)
  })

  it("asks at a terminal, and shows nothing of what is typed", async () => {
    const keys: Array<boolean> = []
    const typed = Object.assign(
      Readable.from([Buffer.from("ghp_PLX"), Buffer.from("\u007FANTED"), Buffer.from("\r")]),
      {
        isTTY: true,
        setRawMode: (on: boolean) => keys.push(on)
      }
    )
    const args = ["credential", "add", "gitlab", "https://gitlab.example/", "--site"]
    const ended = await runDrover(args, { DATABASE_URL: url(), DROVER_KEYS: next }, undefined, typed)
    expect(ended).toEqual({
      code: 0,
      stdout: "Added the credential of the site for gitlab https://gitlab.example/\n",
      stderr: "Token: \n"
    })
    expect(keys).toEqual([true, false])
  })

  it("is given its secret by a pipe, so that no list of processes shows it", async () => {
    const child = startDrover(
      ["credential", "add", "piped", "https://piped.example/", "--site", "--json"],
      {
        DATABASE_URL: url(),
        DROVER_KEYS: next
      },
      "pipe"
    )
    child.stdin?.end("ghp_PLANTED-piped\n")
    let stdout = ""
    child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()))
    const [code] = (await once(child, "close")) as [number]
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ type: "piped" })])
    expect(stdout).not.toContain("PLANTED")
  })
})

describe("a line that is typed without being shown", () => {
  it.each([
    ["abc\r", { line: "abc", ended: "yes" }],
    ["abc\nmore", { line: "abc", ended: "yes" }],
    ["ab\u007Fc\b\bd", { line: "d", ended: "no" }],
    ["a\u001B[Ab\u001BOAc", { line: "abc", ended: "no" }],
    ["a\u001B[3~b\u001B[200~c\u001B[201~", { line: "abc", ended: "no" }],
    ["a\u0001\u0015ü€", { line: "aü€", ended: "no" }],
    ["abc\u0004", { line: "abc", ended: "yes" }],
    ["abc\u0003", { line: "", ended: "interrupted" }]
  ] as const)("%j", (chunk, expected) => {
    expect(type({ line: "", ended: "no" }, chunk)).toEqual(expected)
  })

  it("interrupts the command with Ctrl-C, and gives the terminal back", async () => {
    const modes: Array<boolean> = []
    const stdin = Object.assign(Readable.from([Buffer.from("ab\u0003")]), {
      setRawMode: (on: boolean) => modes.push(on)
    })
    const exit = await Effect.runPromiseExit(readHidden(stdin))
    expect(exit._tag).toBe("Failure")
    expect(modes).toEqual([true, false])
  })
})

describe("the flags of a credential", () => {
  const secret = Redacted.make("s")
  const none = { username: undefined, sudo: undefined, consumerKey: undefined }
  it.each([
    [{}, "OAuthBearerToken", "token"],
    [{ username: "ada" }, "BasicAuth", "password"],
    [{ sudo: "ada" }, "GitLabSudoableToken", "token"],
    [{ consumerKey: "drover" }, "OAuthClient", "signing key"],
    [{ consumerKey: "drover", username: "ada" }, "BitbucketSudoableOAuthClient", "signing key"],
    [{ sudo: "ada", username: "ada" }, "CredentialFlagsInvalid", "password"],
    [{ sudo: "ada", consumerKey: "drover" }, "CredentialFlagsInvalid", "signing key"]
  ])("%j mean %s", (flags, tag, what) => {
    const means = { ...none, ...flags }
    expect(Result.merge(makeAuthenticator(means, secret))._tag).toBe(tag)
    expect(secretOf(means)).toBe(what)
  })
})
