/**
 * Others' clients against the fake: what they take for GitHub is no fake of our own imagination.
 *
 * gh reaches it as a proxy: it asks for api.github.localhost, and a proxy of 127.0.0.1 is all that it speaks to.
 */
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { spawn, spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { addReview, type ForgeRepository, notice, setStatus } from "../../src/testing/forge/index.ts"
import { type FakeGitHub, makeFakeGitHub } from "../../src/testing/github/index.ts"

const python = "/usr/bin/python3"
const isThere = (program: string, ...args: ReadonlyArray<string>) => spawnSync(program, args).status === 0
const there = { gh: isThere("gh", "--version"), PyGithub: isThere(python, "-c", "import github") }
// nobody looks at what was skipped in CI, unless it was said there that they cannot be had
const inCi = process.env["CI"] !== undefined && process.env["DROVER_WITHOUT_CLIENTS"] === undefined
const hint = "run scripts/install-github-clients.sh"

let fake: FakeGitHub
let folder: string
let repositories = 0

beforeAll(async () => {
  fake = await makeFakeGitHub({ strict: false })
  folder = mkdtempSync(join(tmpdir(), "drover-clients-test-"))
})
afterAll(async () => {
  await fake.close()
  rmSync(folder, { recursive: true, force: true })
})

const scene = async () => {
  const repository = await fake.forge.addRepository({ owner: "acme", name: `repo-${++repositories}` })
  await fake.forge.commit(repository, "fix", { "fix.txt": "fixed\n" }, { message: "Fix it" })
  return { repository, name: `acme/${repository.name}`, token: fake.forge.addToken("acme") }
}

const run = (program: string, args: ReadonlyArray<string>, env: Readonly<Record<string, string>>, input = "") =>
  new Promise<string>((resolve, reject) => {
    // elsewhere than in a repository, which gh would look into
    const child = spawn(program, args, { cwd: folder, env: { PATH: process.env["PATH"], HOME: folder, ...env } })
    const said: Array<Buffer> = []
    child.stdout.on("data", (chunk: Buffer) => said.push(chunk))
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk))
    child.once("error", reject)
    child.stdin.end(input)
    child.once("close", (code) => {
      const text = Buffer.concat(said).toString()
      if (code === 0) resolve(text.trim())
      else reject(new Error(`${program} ${args.join(" ")} ended with ${code}: ${text}`))
    })
  })

const theOne = ({ pullRequests }: ForgeRepository) => {
  const [pullRequest] = pullRequests.values()
  if (pullRequest === undefined) throw new Error("There is no pull request")
  return pullRequest
}

describe.skipIf(!there.gh && !inCi)("gh", () => {
  it(`is installed: if not, ${hint}`, () => expect(there.gh).toBe(true))

  it("takes a pull request from its opening to its merge", async () => {
    const { name, repository, token } = await scene()
    const env = {
      GH_HOST: "github.localhost",
      GH_TOKEN: token,
      HTTP_PROXY: fake.url,
      // and whatever else it would want to know ends here
      HTTPS_PROXY: fake.url,
      GH_NO_UPDATE_NOTIFIER: "1",
      GH_PROMPT_DISABLED: "1",
      NO_COLOR: "1"
    }
    const gh = (...args: ReadonlyArray<string>) => run("gh", args, env)
    const pr = (verb: string, ...args: ReadonlyArray<string>) => gh("pr", verb, "1", "-R", name, ...args)

    expect(await gh("api", "user", "--jq", ".login")).toBe("acme")
    const words = ["--title", "Fix", "--body", "All of it."]
    const opened = await gh("pr", "create", "-R", name, "--head", "fix", "--base", "main", "--draft", ...words)
    expect(opened).toContain(`/${name}/pull/1`)
    await expect(gh("pr", "create", "-R", name, "--head", "fix", "--base", "main", ...words)).rejects.toThrow(
      /already exists/
    )
    await pr("ready")
    await pr("comment", "--body", "Hello")
    await gh("api", `repos/${name}/issues/1/labels`, "-f", "labels[]=batch")
    const pullRequest = theOne(repository)
    const bob = fake.forge.addUser("bob")
    await setStatus(fake.forge, repository, bob, pullRequest.headSha, {
      context: "ci",
      state: "success",
      description: null
    })
    await fake.forge.protect(repository, "main", { approvals: 1, checks: ["ci"] })
    expect(await pr("checks")).toContain("pass")
    await expect(pr("merge", "--squash")).rejects.toThrow(/is not mergeable/)
    await addReview(fake.forge, repository, bob, pullRequest, { state: "approved", body: "Yes" })
    const fields =
      "title,body,state,isDraft,mergeable,mergeStateStatus,reviewDecision,labels,comments,statusCheckRollup"
    expect(JSON.parse(await pr("view", "--json", fields))).toMatchObject({
      title: "Fix",
      body: "All of it.",
      state: "OPEN",
      isDraft: false,
      mergeable: "MERGEABLE",
      mergeStateStatus: "CLEAN",
      reviewDecision: "APPROVED",
      labels: [{ name: "batch" }],
      comments: [{ body: "Hello", author: { login: "acme" } }],
      statusCheckRollup: [{ context: "ci", state: "SUCCESS" }]
    })
    await pr("close")
    expect(await gh("pr", "list", "-R", name, "--state", "closed")).toContain("Fix")
    await pr("reopen")
    await pr("merge", "--squash")
    expect(pullRequest).toMatchObject({ state: "merged", mergeCommitSha: await fake.forge.tip(repository, "main") })
  })
})

const script = `
import os, sys, json
from github import Github, GithubException

api = Github(os.environ["TOKEN"], base_url=os.environ["URL"], per_page=2)
repo = api.get_repo(os.environ["NAME"])
pull = repo.create_pull(title="Fix", body="All of it.", head="fix", base="main")
try:
    repo.create_pull(title="Fix", body="", head="fix", base="main")
    again = "made"
except GithubException as error:
    again = error.data["errors"][0]["message"]
for number in range(5):
    pull.create_issue_comment("comment %d" % number)
pull.add_to_labels("batch")
pull.create_review(body="Hm", event="COMMENT")
pull.create_review_request(reviewers=["bob"])
pull.edit(title="Better")
pull.edit(state="closed")
pull.edit(state="open")
found = list(repo.get_pulls(state="open", head="acme:fix", base="main"))
pull = repo.get_pull(pull.number)
merged = pull.merge(merge_method="rebase", sha=pull.head.sha)
pull = repo.get_pull(pull.number)
print(json.dumps({
    "login": api.get_user().login,
    "again": again,
    "comments": [c.body for c in pull.get_issue_comments()],
    "labels": [l.name for l in pull.get_labels()],
    "reviews": [r.state for r in pull.get_reviews()],
    "reviewers": [u.login for u in pull.get_review_requests()[0]],
    "files": [f.filename for f in pull.get_files()],
    "found": [p.title for p in found],
    "merged": [pull.is_merged(), pull.merge_commit_sha == merged.sha, pull.merged_by.login],
    "default": repo.default_branch,
    "branches": sorted(b.name for b in repo.get_branches()),
}))
`

describe.skipIf(!there.PyGithub && !inCi)("PyGithub", () => {
  it(`is installed: if not, ${hint}`, () => expect(there.PyGithub).toBe(true))

  it("does by REST all that a batch change does, and follows every link", async () => {
    const { name, repository, token } = await scene()
    fake.forge.addUser("bob")
    repository.roles.set("bob", "write")
    const said = await run(python, ["-"], { TOKEN: token, URL: fake.url, NAME: name }, script)
    await notice(fake.forge, repository)
    expect(JSON.parse(said)).toEqual({
      login: "acme",
      again: "A pull request already exists for acme:fix.",
      comments: [0, 1, 2, 3, 4].map((number) => `comment ${number}`),
      labels: ["batch"],
      reviews: ["COMMENTED"],
      reviewers: ["bob"],
      files: ["fix.txt"],
      found: ["Better"],
      merged: [true, true, "acme"],
      default: "main",
      branches: ["fix", "main"]
    })
    expect(theOne(repository)).toMatchObject({ state: "merged", title: "Better" })
  })
})
