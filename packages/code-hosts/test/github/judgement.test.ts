import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { parse, validate } from "graphql"
import { SignJWT } from "jose"
import { generateKeyPairSync } from "node:crypto"
import * as documents from "../../src/github/documents.ts"
import { operationName, operationNames } from "../../src/testing/github/descriptions.ts"
import {
  type FakeGitHub,
  type Judge,
  makeFakeGitHub,
  publishedSchema,
  startJudge
} from "../../src/testing/github/index.ts"

let fake: FakeGitHub
let judge: Judge
let headers: Record<string, string>

beforeAll(async () => {
  fake = await makeFakeGitHub()
  judge = await startJudge(fake.url)
  const repository = await fake.forge.addRepository({ owner: "acme", name: "billing" })
  await fake.forge.commit(repository, "fix", { "fix.txt": "fixed\n" })
  headers = { authorization: `Bearer ${fake.forge.addToken("acme")}`, "content-type": "application/json" }
})
afterAll(async () => {
  await judge.close()
  await fake.close()
})

const ask = async (base: string, method: string, path: string, body?: unknown, others?: Record<string, string>) => {
  const sent = body === undefined ? null : JSON.stringify(body)
  const answer = await fetch(`${base}${path}`, { method, headers: { ...headers, ...others }, body: sent })
  return { status: answer.status, text: await answer.text() }
}

const pulls = "/repos/acme/billing/pulls"
const good = { title: "Fix", head: "fix", base: "main" }

/** Every operation of the description, in an order in which each finds what it wants; and what it answers. */
const operations: ReadonlyArray<readonly [operation: string, status: number, body?: unknown]> = [
  ["GET /rate_limit", 200],
  ["GET /user", 200],
  ["GET /users/acme", 200],
  ["GET /repos/acme/tour", 200],
  ["GET /repos/acme/tour/branches", 200],
  ["POST /repos/acme/tour/pulls", 201, { ...good, draft: true }],
  ["GET /repos/acme/tour/pulls?state=all&head=acme:fix&base=main&per_page=1&page=1", 200],
  ["GET /repos/acme/tour/pulls/1", 200],
  ["PATCH /repos/acme/tour/pulls/1", 200, { title: "Better", body: "", state: "open" }],
  ["GET /repos/acme/tour/pulls/1/files", 200],
  ["POST /repos/acme/tour/pulls/1/requested_reviewers", 201, { reviewers: ["bob"] }],
  ["GET /repos/acme/tour/pulls/1/requested_reviewers", 200],
  ["POST /repos/acme/tour/pulls/1/reviews", 200, { body: "Hm", event: "COMMENT" }],
  ["GET /repos/acme/tour/pulls/1/reviews", 200],
  ["POST /repos/acme/tour/issues/1/comments", 201, { body: "Hello" }],
  ["GET /repos/acme/tour/issues/1/comments", 200],
  ["POST /repos/acme/tour/issues/1/labels", 200, { labels: ["one", "two"] }],
  ["GET /repos/acme/tour/issues/1/labels", 200],
  ["DELETE /repos/acme/tour/issues/1/labels/one", 200],
  ["GET /repos/acme/tour/labels", 200],
  ["POST /repos/acme/tour/statuses/HEAD", 201, { state: "success", context: "ci" }],
  ["GET /repos/acme/tour/pulls/1/merge", 404],
  ["PUT /repos/acme/tour/pulls/1/merge", 405, {}],
  ["PUT /repos/acme/tour/pulls/1/update-branch", 422, {}],
  ["POST /repos/acme/tour/hooks", 201, { name: "web", config: { url: "http://127.0.0.1:9/" }, events: ["push"] }],
  ["GET /repos/acme/tour/hooks", 200],
  ["DELETE /repos/acme/tour/hooks/HOOK", 204],
  ["POST /app/installations/77/access_tokens", 201],
  ["PATCH /repos/acme/tour", 200, { archived: true }],
  ["POST /repos/acme/tour/pulls", 403, good],
  ["PATCH /repos/acme/tour", 200, { archived: false }]
]

describe("the judgement of tests on GitHub", () => {
  it("refuses what breaks the published description, before the fake sees it", async () => {
    const seen = fake.forge.log.all.length
    for (const body of [
      { ...good, head: 7 },
      { title: "Fix", head: "fix" },
      { ...good, draft: "yes" }
    ]) {
      expect((await ask(judge.url, "POST", pulls, body)).status).toBe(422)
    }
    expect((await ask(judge.url, "PUT", `${pulls}/1/merge`, { merge_method: "yolo" })).status).toBe(422)
    expect(fake.forge.log.all.length).toBe(seen)
  })

  it("refuses an answer of the fake's that breaks it", async () => {
    const user = fake.forge.users.get("acme")
    fake.forge.users.set("odd", { id: 1.5, login: "odd", kind: "User" })
    const odd = await ask(judge.url, "GET", "/users/odd")
    expect([odd.status, odd.text]).toEqual([500, expect.stringContaining("VIOLATIONS")])
    expect(user).toBeDefined()
    expect((await ask(judge.url, "GET", "/users/acme")).status).toBe(200)
  })

  it("finds nothing to say against any answer of the fake's", async () => {
    const { apps, forge } = fake
    const tour = await forge.addRepository({ owner: "acme", name: "tour" })
    await forge.commit(tour, "fix", { "fix.txt": "fixed\n", "more.txt": "more\n" })
    forge.addUser("bob")
    tour.roles.set("bob", "write")
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
    apps.set(9, { id: 9, slug: "drover", publicKey, installations: new Map([[77, "drover[bot]"]]) })
    const seconds = Math.floor(forge.clock.now.getTime() / 1000)
    const jwt = await new SignJWT({ iat: seconds, exp: seconds + 540, iss: "9" })
      .setProtectedHeader({ alg: "RS256" })
      .sign(privateKey)
    const head = (await forge.tip(tour, "fix")) ?? ""
    const covered = new Set<string>()
    for (const [operation, status, body] of operations) {
      const [method = "", path = ""] = operation
        .replace("HEAD", head)
        .replace("HOOK", String(forge.hooks.subscriptions.at(-1)?.id))
        .split(" ")
      const token = path.startsWith("/app/") ? jwt : forge.addToken("acme")
      const got = await ask(judge.url, method, path, body, { authorization: `Bearer ${token}` })
      expect([operation, got.status, got.text.includes("VIOLATIONS") ? got.text : ""]).toEqual([operation, status, ""])
      covered.add(operationName(method, path.replace(/\?.*/, "")) ?? "")
    }
    expect([...covered].toSorted()).toEqual(operationNames().toSorted())
  })

  it("refuses fields that the description has not: GitHub would ignore them", async () => {
    const field = await ask(fake.url, "POST", pulls, { ...good, drafft: true })
    expect(field).toEqual({ status: 422, text: expect.stringContaining("has no body drafft") })
    const query = await ask(fake.url, "GET", `${pulls}?stat=open`)
    expect(query).toEqual({ status: 422, text: expect.stringContaining("has no query stat") })
    expect((await ask(judge.url, "POST", pulls, good)).status).toBe(201)
  })

  const all = Object.entries<unknown>(documents).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as const] : []
  )

  it.each(all)("holds %s to the published schema", (_name, document) => {
    expect(validate(publishedSchema(), parse(document))).toEqual([])
  })

  it("refuses a document that the schema has not", async () => {
    const { status, text } = await ask(fake.url, "POST", "/graphql", { query: "{ viewer { logon } }" })
    expect([status, text]).toEqual([200, expect.stringContaining('Cannot query field \\"logon\\"')])
    expect(all).toHaveLength(7)
  })
})
