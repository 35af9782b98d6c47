import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted, Result } from "effect"
import { createHmac } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { readBitbucketServerWebhook } from "../../src/bitbucketServer/index.ts"
import type { ReadWebhook } from "../../src/index.ts"
import { opening } from "../hostScene.ts"
import { bitbucket } from "./support.ts"

const { scene } = bitbucket()
const secret = Redacted.make("a secret")

const sent = (event: string, payload: unknown, key = "a secret"): ReadWebhook => {
  const body = Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload))
  const signature = `sha256=${createHmac("sha256", key).update(body).digest("hex")}`
  return { body, headers: { "x-hub-signature": signature, "x-event-key": event, "x-request-id": "id" } }
}
const repository = { slug: "billing", project: { key: "ACME" } }
const pullRequest = {
  id: 7,
  toRef: { repository },
  fromRef: { repository: { slug: "fork", project: { key: "~ADA" } } }
}

describe("a webhook of Bitbucket's", () => {
  it.each([
    ["pr:opened", { pullRequest }, { repository: "ACME/billing", pullRequests: ["7"] }],
    ["pr:reviewer:changes_requested", { pullRequest }, { pullRequests: ["7"], branches: [] }],
    [
      "repo:refs_changed",
      { repository, changes: [{ refId: "refs/heads/a/b" }, { refId: "refs/tags/v1" }] },
      { repository: "ACME/billing", branches: ["a/b"], pullRequests: [] }
    ],
    [
      "repo:modified",
      { old: { ...repository, slug: "before" }, new: repository },
      { repository: "ACME/billing", repositoryChanged: true }
    ]
  ])("%s says where to look", (event, payload, expected) => {
    const hint = Result.getOrThrow(readBitbucketServerWebhook(sent(event, payload), [secret]))
    expect(hint).toMatchObject({ delivery: "id", event, ...expected })
  })

  it.each([
    ["diagnostics:ping", { test: true }],
    ["repo:refs_changed", { repository, changes: [{ refId: "refs/tags/v1" }] }],
    ["repo:forked", { repository }],
    ["pr:opened", {}]
  ])("%s says nothing of what we look for", (event, payload) => {
    expect(Result.getOrThrow(readBitbucketServerWebhook(sent(event, payload), [secret]))).toBeNull()
  })

  it("is taken with either of two secrets, and with no other", () => {
    const hook = sent("pr:opened", { pullRequest })
    expect(Result.isSuccess(readBitbucketServerWebhook(hook, [Redacted.make("old"), secret]))).toBe(true)
    const bare = { ...hook, headers: { ...hook.headers, "x-hub-signature": undefined } }
    const short = { ...hook, headers: { ...hook.headers, "x-hub-signature": "sha256=" } }
    const changed = { ...hook, body: Buffer.from("{}") }
    for (const forged of [sent("pr:opened", { pullRequest }, "another"), bare, short, changed]) {
      expect(readBitbucketServerWebhook(forged, [secret])).toMatchObject({ failure: { reason: "signature" } })
    }
    expect(readBitbucketServerWebhook(hook, [])).toMatchObject({ failure: { reason: "signature" } })
    expect(readBitbucketServerWebhook(sent("pr:opened", "{"), [secret])).toMatchObject({ failure: { reason: "shape" } })
  })

  it.live("is sent for what happens, and leads to it", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      const came: Array<ReadWebhook> = []
      const server = createServer((request, response) => {
        const chunks: Array<Buffer> = []
        request.on("data", (chunk: Buffer) => chunks.push(chunk))
        request.on("end", () => {
          came.push({ headers: request.headers as ReadWebhook["headers"], body: Buffer.concat(chunks) })
          response.end()
        })
      })
      yield* Effect.promise(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)))
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      on.forge.hooks.subscriptions.push({ id: 1, repository: on.remote, url, events: [], secret: "a secret" })
      yield* on.host.create(opening(on))
      yield* on.host.comment({ ...on.at, body: "Hello", key: "key" })
      const commit = yield* on.commit(yield* on.git("rev-parse", "main"), { "b.txt": "b\n" })
      yield* on.host.push({ repository: on.repository, branch: "x", commit, expected: null })
      yield* on.host.close(on.at)
      yield* Effect.promise(() => on.forge.hooks.deliver())
      server.close()
      const hints = came.map((hook) => Result.getOrThrow(readBitbucketServerWebhook(hook, [secret])))
      const events = ["pr:opened", "pr:comment:added", "repo:refs_changed", "pr:declined"]
      expect(hints.map((hint) => hint?.event)).toEqual(events)
      expect(new Set(hints.map((hint) => hint?.repository))).toEqual(new Set([on.repository.name]))
      expect(new Set(hints.map((hint) => hint?.delivery)).size).toBe(4)
      expect(hints[2]?.branches).toContain("x")
    })
  )
})
