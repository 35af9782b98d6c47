import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { createHmac } from "node:crypto"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import {
  addComment,
  addReview,
  editPullRequest,
  mergePullRequest,
  openPullRequest,
  setStatus
} from "../../src/testing/forge/index.ts"
import { type FakeGitHub, makeFakeGitHub } from "../../src/testing/github/index.ts"

interface Heard {
  readonly event: string
  readonly delivery: string
  readonly signature: string
  readonly text: string
  readonly body: {
    readonly action?: string
    readonly pull_request?: { readonly number: number; readonly merged: boolean }
  }
}

let fake: FakeGitHub
let receiver: Server
const heard: Array<Heard> = []

beforeAll(async () => {
  fake = await makeFakeGitHub()
  receiver = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const { headers } = request
      const text = Buffer.concat(chunks).toString()
      heard.push({
        event: String(headers["x-github-event"]),
        delivery: String(headers["x-github-delivery"]),
        signature: String(headers["x-hub-signature-256"]),
        text,
        body: JSON.parse(text) as Heard["body"]
      })
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

let repositories = 0
const scene = async (events: ReadonlyArray<string> = ["*"]) => {
  const { forge } = fake
  const repository = await forge.addRepository({ owner: "acme", name: `repo-${++repositories}` })
  await forge.commit(repository, "fix", { "fix.txt": "fixed\n" })
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  const config = { url, secret: "s3cret", content_type: "json" }
  const added = await fetch(`${fake.url}/repos/acme/${repository.name}/hooks`, {
    method: "POST",
    headers: { authorization: `Bearer ${forge.addToken("acme")}` },
    body: JSON.stringify({ name: "web", config, events })
  })
  expect(added.status).toBe(201)
  const acme = forge.addUser("acme")
  const opened = openPullRequest(forge, repository, acme, {
    title: "Fix",
    body: "",
    baseRef: "main",
    headRef: "fix",
    draft: true
  })
  heard.length = 0
  return { forge, repository, acme, pullRequest: await opened }
}

describe("the webhooks of the fake", () => {
  it("tell what happens in GitHub's words, and prove by a signature who tells", async () => {
    const { acme, forge, pullRequest, repository } = await scene()
    const bob = forge.addUser("bob")
    await editPullRequest(forge, repository, acme, pullRequest, { draft: false, title: "Better" })
    await addComment(forge, repository, bob, pullRequest, "Hello")
    await addReview(forge, repository, bob, pullRequest, { state: "approved", body: "Yes" })
    await setStatus(forge, repository, bob, pullRequest.headSha, { context: "ci", state: "success", description: null })
    await mergePullRequest(forge, repository, acme, pullRequest, { method: "merge" })
    expect(await forge.hooks.deliver()).toEqual([200, 200, 200, 200, 200, 200, 200, 200])
    expect(heard.map(({ body, event }) => `${event} ${body.action ?? ""}`.trim())).toEqual([
      "pull_request opened",
      "pull_request edited",
      "pull_request ready_for_review",
      "issue_comment created",
      "pull_request_review submitted",
      "status",
      "pull_request closed",
      "push"
    ])
    expect(heard[6]?.body.pull_request).toMatchObject({ number: 1, merged: true })
    for (const { signature, text } of heard) {
      expect(signature).toBe(`sha256=${createHmac("sha256", "s3cret").update(text).digest("hex")}`)
    }
  })

  it("are sent for the events that somebody wants to hear", async () => {
    const { acme, forge, pullRequest, repository } = await scene(["issue_comment"])
    await addComment(forge, repository, acme, pullRequest, "Hello")
    await forge.hooks.deliver()
    expect(heard.map(({ event }) => event)).toEqual(["issue_comment"])
  })

  it("get lost, doubled and out of order by seed", async () => {
    const { acme, forge, pullRequest, repository } = await scene(["issue_comment"])
    for (let index = 0; index < 30; index += 1) await addComment(forge, repository, acme, pullRequest, `${index}`)
    forge.hooks.break({ seed: 3, lost: 0.2, doubled: 0.2, reordered: 0.2 })
    await forge.hooks.deliver()
    forge.hooks.break({ seed: 3 })
    const order = heard.map(({ text }) => Number(/"body":"(\d+)"/.exec(text)?.[1]))
    const deliveries = new Set(heard.map(({ delivery }) => delivery))
    expect(deliveries.size).toBeLessThan(30)
    expect(deliveries.size).toBeLessThan(order.length)
    expect(order).not.toEqual(order.toSorted((one, other) => one - other))
  })
})
