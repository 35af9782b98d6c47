import { describe, expect, it } from "@effect/vitest"
import { Redacted, Result } from "effect"
import { createHmac } from "node:crypto"
import { readGiteaWebhook } from "../../src/gitea/index.ts"
import type { HostHint, ReadWebhook, WebhookRefused } from "../../src/index.ts"

const secrets = ["older", "newer"].map((secret) => Redacted.make(secret))

const sent = (event: string, payload: unknown, secret = "newer"): ReadWebhook => {
  const body = Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload))
  const signature = createHmac("sha256", secret).update(body).digest("hex")
  return { body, headers: { "x-gitea-event": event, "x-gitea-delivery": "d-1", "x-gitea-signature": signature } }
}

const repository = { full_name: "acme/billing" }
const pull = { pull_request: { number: 7 } }
const hint = {
  delivery: "d-1",
  repository: "acme/billing",
  repositoryChanged: false,
  pullRequests: [],
  branches: [],
  commits: []
}

const cases: ReadonlyArray<readonly [event: string, payload: object, expected: Partial<HostHint> | null]> = [
  ["pull_request", { action: "closed", ...pull }, { event: "pull_request closed", pullRequests: ["7"] }],
  [
    "pull_request_approved",
    { action: "reviewed", ...pull },
    { event: "pull_request_approved reviewed", pullRequests: ["7"] }
  ],
  ["pull_request_rejected", { ...pull }, { event: "pull_request_rejected", pullRequests: ["7"] }],
  [
    "issue_comment",
    { action: "created", issue: { number: 7 }, is_pull: true },
    { event: "issue_comment created", pullRequests: ["7"] }
  ],
  ["issue_comment", { action: "created", issue: { number: 7, pull_request: null }, is_pull: false }, null],
  ["status", { sha: "abc", state: "success" }, { event: "status", commits: ["abc"] }],
  [
    "workflow_run",
    { action: "completed", workflow_run: { head_sha: "abc" } },
    { event: "workflow_run completed", commits: ["abc"] }
  ],
  [
    "workflow_job",
    { action: "completed", workflow_job: { head_sha: "abc" } },
    { event: "workflow_job completed", commits: ["abc"] }
  ],
  ["push", { ref: "refs/heads/a/b" }, { event: "push", branches: ["a/b"] }],
  ["push", { ref: "refs/tags/v1" }, null],
  ["repository", { action: "deleted" }, { event: "repository deleted", repositoryChanged: true }],
  ["issues", { action: "opened", issue: { number: 7 } }, null],
  ["pull_request", { action: "opened" }, null]
]

describe("a webhook of Gitea's", () => {
  it.each(cases)("%s %o says where to look", (event, payload, expected) => {
    const got = Result.getOrThrow(readGiteaWebhook(sent(event, { ...payload, repository }), secrets))
    expect(got).toEqual(expected === null ? null : { ...hint, ...expected })
  })

  it("proves by one of the secrets that Gitea sent it", () => {
    const reasonOf = (result: Result.Result<HostHint | null, WebhookRefused>) =>
      Result.isFailure(result) ? result.failure.reason : "taken"
    const payload = { repository, ref: "refs/heads/main" }
    const good = sent("push", payload)
    const read = (hook: ReadWebhook, changes: ReadWebhook["headers"] = {}) =>
      reasonOf(readGiteaWebhook({ ...hook, headers: { ...hook.headers, ...changes } }, secrets))
    expect(read(good)).toBe("taken")
    expect(read(sent("push", payload, "older"))).toBe("taken")
    expect(read(sent("push", payload, "another"))).toBe("signature")
    const signature = good.headers["x-gitea-signature"]
    for (const forged of [undefined, "", "00", `sha256=${signature}`, signature?.slice(1)]) {
      expect(read(good, { "x-gitea-signature": forged })).toBe("signature")
    }
    expect(reasonOf(readGiteaWebhook({ ...good, body: Buffer.from("{}") }, secrets))).toBe("signature")
    expect(reasonOf(readGiteaWebhook(good, []))).toBe("signature")
  })

  it("that makes no sense is refused", () => {
    const refused = { failure: { reason: "shape", host: "gitea" } }
    const good = sent("push", { repository, ref: "refs/heads/main" })
    const bare = { ...good, headers: { ...good.headers, "x-gitea-delivery": undefined } }
    for (const hook of [bare, sent("push", "payload=%7B%7D"), sent("push", { repository: "billing" })]) {
      expect(readGiteaWebhook(hook, secrets)).toMatchObject(refused)
    }
  })
})
