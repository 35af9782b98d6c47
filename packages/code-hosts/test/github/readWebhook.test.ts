import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Redacted, Result } from "effect"
import { createHmac } from "node:crypto"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { gitHubDotCom, pullRequestAtUrl, readGitHubWebhook } from "../../src/github/index.ts"
import type { HostHint, WebhookRefused } from "../../src/index.ts"
import { addComment, openPullRequest, setStatus } from "../../src/testing/forge/index.ts"
import { type FakeGitHub, makeFakeGitHub } from "../../src/testing/github/index.ts"

const secrets = ["older", "newer"].map((secret) => Redacted.make(secret))

const read = (event: string, payload: unknown, secret = "newer", changes: Readonly<Record<string, string>> = {}) => {
  const body = Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload))
  const signature = `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`
  const headers = { "x-github-event": event, "x-github-delivery": "d-1", "x-hub-signature-256": signature, ...changes }
  return readGitHubWebhook({ headers, body }, secrets)
}

const repository = { full_name: "acme/billing" }
const hint = {
  delivery: "d-1",
  repository: "acme/billing",
  repositoryChanged: false,
  pullRequests: [],
  branches: [],
  commits: []
}
const check = { head_sha: "abc", pull_requests: [{ number: 7 }, { number: 8 }] }

const cases: ReadonlyArray<readonly [event: string, payload: object, expected: Partial<HostHint> | null]> = [
  [
    "pull_request",
    { action: "closed", pull_request: { number: 7 } },
    { event: "pull_request closed", pullRequests: ["7"] }
  ],
  [
    "pull_request_review",
    { action: "submitted", pull_request: { number: 7 } },
    { event: "pull_request_review submitted", pullRequests: ["7"] }
  ],
  [
    "issue_comment",
    { action: "created", issue: { number: 7, pull_request: { url: "x" } } },
    { event: "issue_comment created", pullRequests: ["7"] }
  ],
  ["issue_comment", { action: "created", issue: { number: 7 } }, null],
  [
    "check_run",
    { action: "completed", check_run: check },
    { event: "check_run completed", pullRequests: ["7", "8"], commits: ["abc"] }
  ],
  [
    "check_suite",
    { action: "completed", check_suite: { head_sha: "abc" } },
    { event: "check_suite completed", commits: ["abc"] }
  ],
  ["status", { sha: "abc", state: "success" }, { event: "status", commits: ["abc"] }],
  ["push", { ref: "refs/heads/a/b" }, { event: "push", branches: ["a/b"] }],
  ["push", { ref: "refs/tags/v1" }, null],
  ["repository", { action: "archived" }, { event: "repository archived", repositoryChanged: true }],
  ["ping", { zen: "Keep it logically awesome." }, null],
  ["star", { action: "created" }, null]
]

describe("a webhook of GitHub's", () => {
  it.each(cases)("%s %o says where to look", (event, payload, expected) => {
    const got = Result.getOrThrow(read(event, { ...payload, repository }))
    expect(got).toEqual(expected === null ? null : { ...hint, ...expected })
  })

  it("proves by one of the secrets that GitHub sent it", () => {
    const payload = { repository, ref: "refs/heads/main" }
    const reasonOf = (result: Result.Result<HostHint | null, WebhookRefused>) =>
      Result.isFailure(result) ? result.failure.reason : "taken"
    expect(reasonOf(read("push", payload, "older"))).toBe("taken")
    expect(reasonOf(read("push", payload, "another"))).toBe("signature")
    for (const signature of ["", "sha256=", "sha256=00", `sha1=${"0".repeat(64)}`]) {
      expect(reasonOf(read("push", payload, "newer", { "x-hub-signature-256": signature }))).toBe("signature")
    }
    expect(reasonOf(read("push", "payload=%7B%7D"))).toBe("shape")
    expect(reasonOf(readGitHubWebhook({ headers: {}, body: new Uint8Array() }, []))).toBe("signature")
  })
})

describe("what the fake tells by webhook", () => {
  let fake: FakeGitHub
  let receiver: Server
  const heard: Array<HostHint | null> = []
  beforeAll(async () => {
    fake = await makeFakeGitHub()
    receiver = createServer((request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => {
        const headers = request.headers as Readonly<Record<string, string>>
        heard.push(Result.getOrThrow(readGitHubWebhook({ headers, body: Buffer.concat(chunks) }, secrets)))
        response.end()
      })
    })
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve))
  })
  afterAll(async () => {
    receiver.closeAllConnections()
    receiver.close()
    await fake.close()
  })

  it("is where to look", async () => {
    const { forge } = fake
    const billing = await forge.addRepository({ owner: "acme", name: "billing" })
    await forge.commit(billing, "fix", { "fix.txt": "fixed\n" })
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
    forge.hooks.subscriptions.push({ id: 1, repository: billing, url, events: ["*"], secret: "newer" })
    const ada = forge.addUser("ada")
    const ask = { title: "Fix", body: "", baseRef: "main", headRef: "fix", draft: false }
    const pullRequest = await openPullRequest(forge, billing, ada, ask)
    await addComment(forge, billing, ada, pullRequest, "Hello")
    await setStatus(forge, billing, ada, pullRequest.headSha, { context: "ci", state: "success", description: null })
    await forge.hooks.tell({ kind: "archived", repository: billing, by: ada })
    await forge.hooks.deliver()
    expect(heard).toMatchObject([
      { event: "pull_request opened", repository: "acme/billing", pullRequests: ["1"] },
      { event: "issue_comment created", pullRequests: ["1"] },
      { event: "status", commits: [pullRequest.headSha] },
      { event: "repository archived", repositoryChanged: true }
    ])
  })
})

describe("an address", () => {
  const at = (url: string) => pullRequestAtUrl(url, gitHubDotCom.gitUrl)

  it.each(["", "/", "/files", "?w=1", "#issuecomment-1"])("of a pull request is known with %j after it", (rest) => {
    const found = { repository: "acme/billing.api", externalId: "7" }
    expect(at(`https://github.com/acme/billing.api/pull/7${rest}`)).toEqual(found)
  })

  it.each([
    "https://github.example.com/acme/billing/pull/7",
    "https://github.com.evil.example/acme/billing/pull/7",
    "https://github.com/acme/billing/issues/7",
    "https://github.com/acme/billing/pull/0",
    "https://github.com/acme/billing/pull/7x",
    "acme/billing#7",
    ""
  ])("%j is of none of its pull requests", (url) => expect(at(url)).toBe(undefined))
})
