import { describe, expect, it } from "@effect/vitest"
import { Redacted, Result } from "effect"
import { readGitLabWebhook } from "../../src/gitlab/index.ts"
import type { HostHint, ReadWebhook, WebhookRefused } from "../../src/index.ts"

const secrets = ["older", "newer"].map((secret) => Redacted.make(secret))

const sent = (payload: unknown, changes: ReadWebhook["headers"] = {}): ReadWebhook => ({
  body: Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)),
  headers: { "x-gitlab-event": "A Hook", "x-gitlab-token": "newer", "idempotency-key": "d-1", ...changes }
})

const project = { id: 3, path_with_namespace: "acme/tools/billing" }
const hint = {
  delivery: "d-1",
  repository: "acme/tools/billing",
  repositoryChanged: false,
  pullRequests: [],
  branches: [],
  commits: []
}

const cases: ReadonlyArray<readonly [payload: object, expected: Partial<HostHint> | null]> = [
  [
    { object_kind: "merge_request", project, object_attributes: { iid: 7, action: "merge" } },
    { event: "merge_request merge", pullRequests: ["7"] }
  ],
  [
    { object_kind: "note", project, object_attributes: { action: "create" }, merge_request: { iid: 7 } },
    { event: "note create", pullRequests: ["7"] }
  ],
  [{ object_kind: "note", project, object_attributes: { action: "create" }, issue: { iid: 7 } }, null],
  [
    {
      object_kind: "pipeline",
      project,
      object_attributes: { sha: "abc", status: "success" },
      merge_request: { iid: 7, target_project_id: 3 }
    },
    { event: "pipeline success", pullRequests: ["7"], commits: ["abc"] }
  ],
  [
    // of a fork: the number is not this project's
    {
      object_kind: "pipeline",
      project,
      object_attributes: { sha: "abc", status: "failed" },
      merge_request: { iid: 7, target_project_id: 4 }
    },
    { event: "pipeline failed", commits: ["abc"] }
  ],
  [
    { object_kind: "pipeline", project, object_attributes: { sha: "abc", status: "failed" }, merge_request: null },
    { event: "pipeline failed", commits: ["abc"] }
  ],
  [
    { object_kind: "build", project, sha: "abc" },
    { event: "build", commits: ["abc"] }
  ],
  [
    { object_kind: "push", event_name: "push", project, ref: "refs/heads/a/b" },
    { event: "push", branches: ["a/b"] }
  ],
  [{ object_kind: "tag_push", project, ref: "refs/tags/v1" }, null],
  [
    { event_name: "project_update", path_with_namespace: "acme/tools/billing" },
    { event: "project_update", repositoryChanged: true }
  ],
  [{ event_name: "user_create", name: "Ada" }, null],
  [{ object_kind: "issue", project, object_attributes: { iid: 7, action: "open" } }, null]
]

describe("a webhook of GitLab's", () => {
  it.each(cases)("%o says where to look", (payload, expected) => {
    const got = Result.getOrThrow(readGitLabWebhook(sent(payload), secrets))
    expect(got).toEqual(expected === null ? null : { ...hint, ...expected })
  })

  const push = { object_kind: "push", project, ref: "refs/heads/main" }

  it("proves by one of the secrets that GitLab sent it", () => {
    const reasonOf = (result: Result.Result<HostHint | null, WebhookRefused>) =>
      Result.isFailure(result) ? result.failure.reason : "taken"
    const read = (token: string | undefined) =>
      reasonOf(readGitLabWebhook(sent(push, { "x-gitlab-token": token }), secrets))
    expect(read("newer")).toBe("taken")
    expect(read("older")).toBe("taken")
    for (const forged of [undefined, "", "another", "newer ", "newe"]) expect(read(forged)).toBe("signature")
    expect(reasonOf(readGitLabWebhook(sent(push), []))).toBe("signature")
    // a secret that nobody set proves nothing
    const nothing = sent(push, { "x-gitlab-token": undefined })
    expect(reasonOf(readGitLabWebhook(nothing, [Redacted.make("")]))).toBe("signature")
  })

  it("is the same when it is sent again, and not when another one caused it", () => {
    const old = { "idempotency-key": undefined, "x-gitlab-event-uuid": "u-1" }
    const deliveryOf = (hook: ReadWebhook) => Result.getOrThrow(readGitLabWebhook(hook, secrets))?.delivery
    const caused = deliveryOf(sent({ ...push, ref: "refs/heads/next" }, old))
    expect(deliveryOf(sent(push, old))).toBe(deliveryOf(sent(push, old)))
    expect(deliveryOf(sent(push, old))).not.toBe(caused)
    expect(deliveryOf(sent(push, { ...old, "idempotency-key": "k-1" }))).toBe("k-1")
  })

  it("that makes no sense is refused", () => {
    const refused = { failure: { reason: "shape", host: "gitlab" } }
    const unnamed = sent(push, { "idempotency-key": undefined })
    for (const hook of [unnamed, sent(push, { "x-gitlab-event": undefined }), sent("{"), sent({ project: 3 })]) {
      expect(readGitLabWebhook(hook, secrets)).toMatchObject(refused)
    }
  })
})
