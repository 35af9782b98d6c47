/** A client that we did not write takes the fake for Gitea, and its types hold what we send. */
import { afterAll, beforeAll, expect, expectTypeOf, it } from "@effect/vitest"
import {
  type CreateIssueCommentOption,
  type CreateLabelOption,
  type CreatePullRequestOption,
  type EditPullRequestOption,
  giteaApi,
  type MergePullRequestOption
} from "gitea-js"
import type { CreateComment, CreateLabel, CreatePull, EditPull, MergePull } from "../../src/gitea/schemas.ts"
import { type FakeGitea, makeFakeGitea } from "../../src/testing/gitea/index.ts"

let fake: FakeGitea
beforeAll(async () => {
  fake = await makeFakeGitea()
})
afterAll(() => fake.close())

it("takes a pull request from its opening to its merge", async () => {
  const { forge } = fake
  const remote = await forge.addRepository({ owner: "acme", name: "billing" })
  const head = await forge.commit(remote, "fix/it", { "fix.txt": "fixed\n" })
  const { repos } = giteaApi(fake.url, { token: forge.addToken("acme") })
  const { data: made } = await repos.repoCreatePullRequest("acme", "billing", {
    title: "WIP: Fix it",
    base: "main",
    head: "fix/it"
  })
  expect(made).toMatchObject({ number: 1, mergeable: false, head: { sha: head } })
  const again = repos.repoCreatePullRequest("acme", "billing", { title: "Again", base: "main", head: "fix/it" })
  await expect(again).rejects.toMatchObject({ status: 409 })
  const missing = repos.repoCreatePullRequest("acme", "billing", { title: "None", base: "main", head: "none" })
  await expect(missing).rejects.toMatchObject({ status: 404 })
  await repos.repoEditPullRequest("acme", "billing", 1, { title: "Fix it" })
  const { data: label } = await repos.issueCreateLabel("acme", "billing", { name: "batch", color: "#ededed" })
  await repos.issueAddLabel("acme", "billing", 1, { labels: [label.id] })
  await repos.repoMergePullRequest("acme", "billing", 1, { Do: "squash", head_commit_id: head })
  const { data: merged } = await repos.repoGetPullRequest("acme", "billing", 1)
  expect(merged).toMatchObject({ merged: true, labels: [{ name: "batch" }] })
})

it("sends only what Gitea's description has", () => {
  expectTypeOf<keyof typeof CreatePull.Type>().toExtend<keyof CreatePullRequestOption>()
  expectTypeOf<keyof typeof EditPull.Type>().toExtend<keyof EditPullRequestOption>()
  expectTypeOf<typeof MergePull.Type>().toExtend<MergePullRequestOption>()
  expectTypeOf<keyof typeof MergePull.Type>().toExtend<keyof MergePullRequestOption>()
  expectTypeOf<typeof CreateLabel.Type>().toExtend<CreateLabelOption>()
  expectTypeOf<typeof CreateComment.Type>().toExtend<CreateIssueCommentOption>()
})
