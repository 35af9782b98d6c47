import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import {
  addReview,
  editPullRequest,
  Forge,
  type ForgeRepository,
  mergePullRequest,
  notice,
  openPullRequest,
  setStatus,
  updateBranch,
  viewOf
} from "../../src/testing/forge/index.ts"

let forge: Forge

beforeAll(async () => {
  forge = await Forge.make()
})
afterAll(() => forge.dispose())

let repositories = 0
/** A repository with a branch `fix` that has a commit more than `main`, and its pull request. */
const scene = async (files: Readonly<Record<string, string>> = { "fix.txt": "fixed\n" }) => {
  const repository = await forge.addRepository({ owner: "acme", name: `repo-${++repositories}` })
  await forge.commit(repository, "fix", files, { message: "Fix it" })
  const ada = forge.addUser("ada")
  const ask = { title: "Fix", body: "All of it", baseRef: "main", headRef: "fix", draft: false }
  return { repository, ada, ask, pullRequest: await openPullRequest(forge, repository, ada, ask) }
}

const show = (repository: ForgeRepository, number = 1) => {
  const pullRequest = repository.pullRequests.get(number)
  if (pullRequest === undefined) throw new Error(`No pull request ${number}`)
  return viewOf(repository, pullRequest, forge.mergeability)
}

describe("the forge of the fakes", () => {
  it("opens one pull request for two branches, and finds what is in the way of others", async () => {
    const { ada, ask, pullRequest, repository } = await scene()
    const refused = (changes: Partial<typeof ask>) => openPullRequest(forge, repository, ada, { ...ask, ...changes })
    await expect(refused({})).rejects.toMatchObject({ reason: "exists", existing: pullRequest })
    await expect(refused({ headRef: "nowhere" })).rejects.toMatchObject({ reason: "head missing" })
    await expect(refused({ baseRef: "nowhere" })).rejects.toMatchObject({ reason: "base missing" })
    await expect(refused({ headRef: "main" })).rejects.toMatchObject({ reason: "same branch" })
    await forge.commit(repository, "other", {}, { from: await forge.tip(repository, "main") })
    await expect(refused({ headRef: "other" })).resolves.toMatchObject({ number: 2 })
    repository.archived = true
    await expect(refused({ headRef: "fix" })).rejects.toMatchObject({ reason: "archived" })
  })

  it("derives from git what a pull request changes, and whether it conflicts", async () => {
    const { repository } = await scene({ "README.md": "# mine\n", "new.txt": "1\n2\n" })
    expect(await show(repository)).toMatchObject({
      clean: true,
      mergeableState: "clean",
      changedFiles: 2,
      additions: 3
    })
    await forge.commit(repository, "main", { "README.md": "# theirs\n" })
    await notice(forge, repository)
    expect(await show(repository)).toMatchObject({ clean: false, mergeableState: "dirty" })
  })

  it.each(["merge", "squash", "rebase"] as const)("merges by %s, as git does", async (method) => {
    const { ada, pullRequest, repository } = await scene()
    await forge.commit(repository, "fix", { "more.txt": "more\n" })
    await forge.commit(repository, "main", { "else.txt": "else\n" })
    await notice(forge, repository)
    const sha = await mergePullRequest(forge, repository, ada, pullRequest, { method })
    expect(await forge.tip(repository, "main")).toBe(sha)
    expect(pullRequest).toMatchObject({ state: "merged", mergeCommitSha: sha, mergedBy: ada })
  })

  it("refuses to merge for a reason", async () => {
    const { ada, pullRequest, repository } = await scene()
    const merge = (expectedHead?: string) =>
      mergePullRequest(forge, repository, ada, pullRequest, { method: "merge", expectedHead })
    await expect(merge("0".repeat(40))).rejects.toMatchObject({ reason: "head moved" })
    await forge.protect(repository, "main", { approvals: 1, checks: ["ci"] })
    await expect(merge()).rejects.toMatchObject({ reason: "checks pending" })
    await setStatus(forge, repository, ada, pullRequest.headSha, { context: "ci", state: "success", description: null })
    await expect(merge()).rejects.toMatchObject({ reason: "blocked" })
    await addReview(forge, repository, forge.addUser("bob"), pullRequest, { state: "approved", body: "" })
    await editPullRequest(forge, repository, ada, pullRequest, { draft: true })
    await expect(merge()).rejects.toMatchObject({ reason: "draft" })
    await editPullRequest(forge, repository, ada, pullRequest, { draft: false })
    repository.mergeMethods = ["squash"]
    await expect(merge()).rejects.toMatchObject({ reason: "method" })
    repository.mergeMethods = ["merge"]
    await forge.commit(repository, "main", { "fix.txt": "otherwise\n" })
    await notice(forge, repository)
    await expect(merge()).rejects.toMatchObject({ reason: "conflict" })
    await editPullRequest(forge, repository, ada, pullRequest, { state: "closed" })
    await expect(merge()).rejects.toMatchObject({ reason: "closed" })
  })

  it("says what its branch demands before a merge", async () => {
    const { ada, pullRequest, repository } = await scene()
    await forge.protect(repository, "main", { approvals: 1, checks: ["ci"], upToDate: true })
    const said = async () => {
      const { checkState, mergeableState, reviewState } = await show(repository)
      return [mergeableState, checkState, reviewState]
    }
    expect(await said()).toEqual(["blocked", "expected", "review_required"])
    const bob = forge.addUser("bob")
    await addReview(forge, repository, bob, pullRequest, { state: "changes_requested", body: "No" })
    expect(await said()).toEqual(["blocked", "expected", "changes_requested"])
    await addReview(forge, repository, bob, pullRequest, { state: "approved", body: "Yes" })
    const status = (state: "success" | "failure", context: string) =>
      setStatus(forge, repository, ada, pullRequest.headSha, { context, state, description: null })
    await status("failure", "ci")
    expect(await said()).toEqual(["blocked", "failure", "approved"])
    await status("success", "ci")
    await status("failure", "optional")
    expect(await said()).toEqual(["unstable", "failure", "approved"])
    await forge.commit(repository, "main", { "else.txt": "else\n" })
    await notice(forge, repository)
    expect(await said()).toEqual(["behind", "failure", "approved"])
    await updateBranch(forge, repository, ada, pullRequest, undefined)
    expect(await said()).toEqual(["blocked", "expected", "approved"])
  })

  it("sees pushes: a head that is in its base is merged, one that is gone is closed", async () => {
    const one = await scene()
    await forge.commit(one.repository, "main", {}, { from: await forge.tip(one.repository, "fix") })
    await notice(forge, one.repository)
    expect(one.pullRequest.state).toBe("merged")
    const other = await scene()
    await forge.deleteBranch(other.repository, "fix")
    await notice(forge, other.repository)
    expect(other.pullRequest).toMatchObject({ state: "closed", headSha: expect.stringMatching(/^[0-9a-f]{40}$/) })
  })

  it("may say late, or stalely, whether a pull request conflicts", async () => {
    const { repository } = await scene({ "README.md": "# mine\n" })
    forge.mergeability = "late"
    const states = [(await show(repository)).mergeableState, (await show(repository)).mergeableState]
    forge.mergeability = "stale"
    await forge.commit(repository, "main", { "README.md": "# theirs\n" })
    await notice(forge, repository)
    states.push((await show(repository)).mergeableState, (await show(repository)).mergeableState)
    forge.mergeability = "exact"
    expect(states).toEqual(["unknown", "clean", "clean", "dirty"])
  })

  it("counts the most requests of any window", () => {
    const { clock, log } = new Forge("/nowhere")
    const add = () => log.add({ method: "POST", path: "/", token: "t", git: false })
    for (let second = 0; second < 10; second += 1) {
      add()
      if (second > 6) add()
      clock.advance(1000)
    }
    expect([log.most(1), log.most(3000), log.most(3_600_000)]).toEqual([1, 6, 13])
    log.wait("t", 5000)
    expect(add().early).toBe(true)
    clock.advance(5000)
    expect(add().early).toBe(false)
  })

  it("gives the same faults for the same seed", () => {
    const taken = () => {
      const { faults } = new Forge("/nowhere")
      faults.seed(7, [{ fault: { kind: "cut" }, likelihood: 0.3 }])
      return Array.from({ length: 50 }, () => faults.take({ method: "GET", path: "/", git: false })?.kind ?? "none")
    }
    expect(taken()).toEqual(taken())
    expect(new Set(taken())).toEqual(new Set(["cut", "none"]))
  })
})
