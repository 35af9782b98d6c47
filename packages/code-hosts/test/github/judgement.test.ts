import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { parse, validate } from "graphql"
import * as documents from "../../src/github/documents.ts"
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

const ask = async (base: string, method: string, path: string, body?: unknown) => {
  const answer = await fetch(`${base}${path}`, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body)
  })
  return { status: answer.status, text: await answer.text() }
}

const pulls = "/repos/acme/billing/pulls"
const good = { title: "Fix", head: "fix", base: "main" }

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
