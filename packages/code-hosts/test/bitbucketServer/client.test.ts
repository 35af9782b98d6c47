/** The vendor's published types hold what we send, and a client that is made of them takes the fake for Bitbucket. */
import { createBitbucketServerClient } from "@coderabbitai/bitbucket/server"
import type { operations } from "@coderabbitai/bitbucket/server/openapi"
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "@effect/vitest"
import type { CreateComment, CreatePull, MergePull, UpdatePull } from "../../src/bitbucketServer/schemas.ts"
import { type FakeBitbucketServer, makeFakeBitbucketServer } from "../../src/testing/bitbucketServer/index.ts"

/** What the published types say of the body of an operation. */
type Published<Name extends keyof operations> = operations[Name] extends {
  readonly requestBody?: { readonly content: { readonly "application/json": infer Body } } | undefined
}
  ? NonNullable<Body>
  : never

/** Keys of ours that are not theirs, however deep: Bitbucket would ignore them. */
type Unknown<Ours, Theirs> =
  Ours extends ReadonlyArray<infer One>
    ? Theirs extends ReadonlyArray<infer Other>
      ? Unknown<One, Other>
      : never
    : Ours extends object
      ? {
          [K in keyof Ours]-?: K extends keyof Theirs ? Unknown<NonNullable<Ours[K]>, NonNullable<Theirs[K]>> : K
        }[keyof Ours]
      : never

type Holds<Ours, Theirs> = [Unknown<Ours, Theirs>] extends [never] ? (Ours extends Theirs ? true : false) : false

describe("what is sent to Bitbucket", () => {
  it("is what the published types take", () => {
    expectTypeOf<Holds<typeof CreatePull.Type, Published<"create">>>().toEqualTypeOf<true>()
    expectTypeOf<Holds<typeof UpdatePull.Type, Published<"update">>>().toEqualTypeOf<true>()
    expectTypeOf<Holds<typeof MergePull.Type, Published<"merge">>>().toEqualTypeOf<true>()
    expectTypeOf<Holds<typeof CreateComment.Type, Published<"createComment_2">>>().toEqualTypeOf<true>()
    // what is not there is found
    expectTypeOf<Holds<{ readonly drafft: boolean }, Published<"create">>>().toEqualTypeOf<false>()
    expectTypeOf<Holds<{ readonly toRef: { readonly name: string } }, Published<"update">>>().toEqualTypeOf<false>()
  })
})

const path = { projectKey: "ACME", repositorySlug: "billing" }
const pulls = "/api/latest/projects/{projectKey}/repos/{repositorySlug}/pull-requests"
const one = `${pulls}/{pullRequestId}` as const
const at = { ...path, pullRequestId: "1" }
const to = (branch: string) => ({ id: `refs/heads/${branch}` })

describe("the fake", () => {
  let fake: FakeBitbucketServer
  beforeAll(async () => {
    fake = await makeFakeBitbucketServer()
    const remote = await fake.forge.addRepository({ owner: "ACME", name: "billing" })
    await fake.forge.commit(remote, "fix", { "fix.txt": "fixed\n" })
  })
  afterAll(() => fake.close())

  it("takes a pull request of another client from its opening to its merge", async () => {
    const [ada, bob] = ["ACME", "bob"].map((login) =>
      createBitbucketServerClient({
        baseUrl: `${fake.url}/rest`,
        headers: { Authorization: `Bearer ${fake.forge.addToken(login)}`, "X-Atlassian-Token": "no-check" }
      })
    )
    if (ada === undefined || bob === undefined) throw new Error("There are two")
    const body = { title: "Fix it", description: "All of it.", fromRef: to("fix"), toRef: to("main") }
    const made = await ada.POST(pulls, { params: { path }, body })
    expect(made.data).toMatchObject({ id: 1, state: "OPEN", fromRef: { displayId: "fix" } })
    const again = await ada.POST(pulls, { params: { path }, body })
    expect(again.response.status).toBe(409)
    expect(again.error).toMatchObject({ errors: [{ existingPullRequest: { id: 1 } }] })

    const reviewers = [{ user: { name: "bob" } }]
    const version = made.data?.version ?? -1
    const stale = await ada.PUT(one, { params: { path: at }, body: { version: version + 7, title: "Late" } })
    expect(stale.error).toMatchObject({ errors: [{ currentVersion: version, expectedVersion: version + 7 }] })
    const updated = await ada.PUT(one, { params: { path: at }, body: { version, title: "Better", reviewers } })
    expect(updated.data).toMatchObject({
      title: "Better",
      reviewers: [{ user: { name: "bob" }, status: "UNAPPROVED" }]
    })
    // it was not sent
    expect(updated.data?.description).toBeUndefined()

    const own = { path: { ...at, userSlug: "bob" } }
    await bob.PUT(`${one}/participants/{userSlug}`, { params: own, body: { status: "APPROVED" } })
    const able = await ada.GET(`${one}/merge`, { params: { path: at } })
    expect(able.data).toMatchObject({ outcome: "CLEAN", conflicted: false, vetoes: [] })
    const seen = await ada.GET(one, { params: { path: at } })
    expect(seen.data?.reviewers).toMatchObject([{ status: "APPROVED" }])
    const declined = await ada.POST(`${one}/decline`, {
      params: { path: at, query: { version: `${seen.data?.version}` } }
    })
    expect(declined.data).toMatchObject({ state: "DECLINED" })
    const query = { version: `${declined.data?.version}` }
    const open = await ada.POST(`${one}/reopen`, { params: { path: at, query } })
    const merged = await ada.POST(`${one}/merge`, {
      params: { path: at, query: { version: `${open.data?.version}` } },
      body: { strategyId: "squash" }
    })
    expect(merged.data).toMatchObject({ state: "MERGED" })
  })

  it("refuses what Bitbucket would ignore", async () => {
    const ask = (method: string, below: string, body?: unknown) =>
      fetch(`${fake.url}/rest/api/latest/projects/ACME/repos/billing/pull-requests${below}`, {
        method,
        headers: {
          Authorization: `Bearer ${fake.forge.addToken("ACME")}`,
          "Content-Type": "application/json",
          "X-Atlassian-Token": "no-check"
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
    for (const answer of [
      await ask("POST", "", { title: "Fix it", drafft: true, fromRef: to("fix"), toRef: to("main") }),
      await ask("PUT", "/1", { version: 0, reviewers: [{ name: "bob" }] }),
      await ask("GET", "?sate=OPEN")
    ]) {
      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain("Bitbucket has no")
    }
  })
})
