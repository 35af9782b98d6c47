import { describe, expect, it } from "@effect/vitest"
import { hostPullRequest, type Surroundings } from "../../src/bitbucketServer/hostPullRequest.ts"
import {
  bitbucketServer,
  bitbucketServerAbilities,
  bitbucketServerPullRequestAtUrl
} from "../../src/bitbucketServer/index.ts"
import { mergeStrategy } from "../../src/bitbucketServer/mergeStrategy.ts"
import type { Pull } from "../../src/bitbucketServer/schemas.ts"
import { hasMarker, withMarker } from "../../src/commentMarker.ts"

const ref = (name: string) => ({ id: `refs/heads/${name}`, latestCommit: "1".repeat(40) })
const pull: Pull = { id: 7, version: 3, title: "Fix it", state: "OPEN", fromRef: ref("a/fix"), toRef: ref("main") }
const alone: Surroundings = { builds: null, mergeability: null, settings: null, conflictedPaths: [] }

const hook = "com.atlassian.bitbucket.server.bundled-hooks.requiredApproversMergeHook"
const reviewed = (...statuses: ReadonlyArray<string>) =>
  statuses.map((status, at) => ({ user: { name: `user-${at}` }, status }))
const veto = { summaryMessage: "No", detailedMessage: "Not yet." }

const shown: ReadonlyArray<readonly [string, Partial<Pull>, Partial<Surroundings>, object]> = [
  ["has no more than it must", {}, {}, { headRef: "a/fix", baseRef: "main", body: "", url: null, archived: false }],
  ["is open", {}, {}, { state: "open", mergeableState: "unknown", mergeCommitSha: null }],
  ["is declined", { state: "DECLINED" }, {}, { state: "closed" }],
  [
    "is merged",
    { state: "MERGED", properties: { mergeCommit: { id: "2".repeat(40) } } },
    {},
    { state: "merged", mergeCommitSha: "2".repeat(40) }
  ],
  ["is merged by a push", { state: "MERGED" }, {}, { state: "merged", mergeCommitSha: null }],
  ["is a draft", { draft: true }, { mergeability: { vetoes: [veto] } }, { draft: true, mergeableState: "draft" }],
  ["is clean", {}, { mergeability: { canMerge: true, outcome: "CLEAN", vetoes: [] } }, { mergeableState: "clean" }],
  [
    "conflicts and is vetoed",
    {},
    { mergeability: { conflicted: true, vetoes: [veto] }, conflictedPaths: ["a"] },
    { mergeableState: "dirty", conflictedPaths: ["a"] }
  ],
  ["conflicts by its outcome", {}, { mergeability: { outcome: "CONFLICTED" } }, { mergeableState: "dirty" }],
  ["is vetoed", {}, { mergeability: { outcome: "CLEAN", vetoes: [veto] } }, { mergeableState: "blocked" }],
  ["cannot be merged for no reason", {}, { mergeability: { canMerge: false } }, { mergeableState: "blocked" }],
  ["is being computed", {}, { mergeability: { canMerge: true, outcome: "UNKNOWN" } }, { mergeableState: "unknown" }],
  [
    "fails",
    {},
    { mergeability: { canMerge: true }, builds: { failed: 1, successful: 4 } },
    { checkState: "failure", mergeableState: "unstable" }
  ],
  ["has a build that was cancelled", {}, { builds: { cancelled: 1, failed: 1 } }, { checkState: "error" }],
  ["is being built", {}, { builds: { inProgress: 1, successful: 1 } }, { checkState: "pending" }],
  ["has a build of which nothing is known", {}, { builds: { unknown: 1 } }, { checkState: "pending" }],
  ["is built", {}, { builds: { successful: 2, failed: 0 } }, { checkState: "success" }],
  ["is not built", {}, { builds: {} }, { checkState: "expected" }],
  ["is reviewed by nobody", {}, {}, { reviewState: null }],
  ["waits for those who were asked", { reviewers: reviewed("UNAPPROVED") }, {}, { reviewState: null }],
  ["is approved", { reviewers: reviewed("UNAPPROVED", "APPROVED") }, {}, { reviewState: "approved" }],
  ["needs work", { reviewers: reviewed("APPROVED", "NEEDS_WORK") }, {}, { reviewState: "changes_requested" }],
  [
    "needs more approvals",
    { reviewers: reviewed("APPROVED") },
    { settings: { requiredApprovers: 2 } },
    { reviewState: "review_required" }
  ],
  [
    "needs as many",
    { reviewers: reviewed("APPROVED") },
    { settings: { requiredApprovers: "1" } },
    { reviewState: "approved" }
  ],
  [
    "needs some by a hook",
    {},
    { settings: { [hook]: { enable: true, count: "1" } } },
    { reviewState: "review_required" }
  ],
  [
    "needs none by a hook that is off",
    {},
    { settings: { [hook]: { enable: false, count: 3 } } },
    { reviewState: null }
  ],
  [
    "needs all",
    { reviewers: reviewed("APPROVED", "UNAPPROVED") },
    { settings: { requiredAllApprovers: true } },
    { reviewState: "review_required" }
  ],
  [
    "has them all",
    { reviewers: reviewed("APPROVED") },
    { settings: { requiredAllApprovers: { enable: true } } },
    { reviewState: "approved" }
  ],
  [
    "is of an archived repository",
    { toRef: { ...ref("main"), repository: { archived: true } } },
    {},
    { archived: true }
  ]
]

describe("a pull request that", () => {
  it.each(shown)("%s", (_name, changes, around, expected) => {
    expect(hostPullRequest({ ...pull, ...changes }, { ...alone, ...around })).toMatchObject(expected)
  })
})

describe("the strategy of a method", () => {
  const enabled = (...ids: ReadonlyArray<string>) => ({
    mergeConfig: {
      strategies: ["no-ff", "ff", "ff-only", "rebase-no-ff", "rebase-ff-only", "squash", "squash-ff-only"].map(
        (id) => ({ id, enabled: ids.includes(id) })
      )
    }
  })
  it.each([
    ["merge", enabled("no-ff", "ff", "squash"), "no-ff"],
    ["merge", enabled("ff"), "ff"],
    ["merge", enabled("squash", "rebase-no-ff"), undefined],
    ["squash", enabled("squash-ff-only", "no-ff"), "squash-ff-only"],
    ["squash", enabled("squash-ff-only", "squash"), "squash"],
    ["rebase", enabled("rebase-ff-only", "ff-only"), "rebase-ff-only"],
    ["rebase", enabled("ff-only"), "ff-only"],
    ["rebase", enabled("rebase-no-ff", "ff"), undefined],
    ["merge", {}, undefined]
  ] as const)("%s is what the repository has of it", (method, settings, expected) => {
    expect(mergeStrategy(method, settings)).toBe(expected)
  })
})

describe("a server", () => {
  it.each([
    ["9.0.0", { drafts: true, redraft: true, autoMerge: true }],
    ["8.18.0", { drafts: true, redraft: true, autoMerge: true }],
    ["8.17.2", { drafts: false, redraft: false, autoMerge: true }],
    ["8.9.12", { drafts: false, autoMerge: false }],
    ["10.0", { drafts: true, autoMerge: true }],
    ["nothing", { drafts: false, autoMerge: false }],
    [undefined, { drafts: false, autoMerge: false, reopen: true, labels: false }]
  ])("of the version %s can do what that can", (version, expected) => {
    expect(bitbucketServerAbilities(version)).toMatchObject(expected)
  })

  it("is where its address says, also below a path", () => {
    expect(bitbucketServer("https://example.com/bitbucket/")).toEqual({
      restUrl: "https://example.com/bitbucket/rest",
      gitUrl: "https://example.com/bitbucket/scm"
    })
  })

  const at = (url: string, server = "https://example.com") => bitbucketServerPullRequestAtUrl(url, server)
  it("shows a pull request at an address, and none at others", () => {
    const found = { repository: "ACME/billing", externalId: "7" }
    expect(at("https://example.com/projects/ACME/repos/billing/pull-requests/7/overview?x=1")).toEqual(found)
    expect(
      at("https://example.com/git/projects/ACME/repos/billing/pull-requests/7", "https://example.com/git/")
    ).toEqual(found)
    expect(at("https://example.com/users/ada/repos/billing/pull-requests/7")).toEqual({
      ...found,
      repository: "~ada/billing"
    })
    for (const url of [
      "https://evil.example/projects/ACME/repos/billing/pull-requests/7",
      "https://example.com.evil.example/projects/ACME/repos/billing/pull-requests/7",
      "https://example.com/projects/ACME/repos/billing/pull-requests/07",
      "https://example.com/projects/ACME/repos/billing/pull-requests/7x",
      "https://example.com/projects/ACME/repos/billing/commits/7",
      "nothing"
    ]) {
      expect([url, at(url)]).toEqual([url, undefined])
    }
  })
})

it("a marker that is a link is known at the end of a comment alone", () => {
  const marked = withMarker("Hello\n", "key", "link")
  expect(hasMarker(marked.replaceAll("\n", "\r\n"), "key", "link")).toBe(true)
  expect(hasMarker(marked, "other", "link")).toBe(false)
  expect(hasMarker(marked, "key")).toBe(false)
  expect(hasMarker(`${marked}\n\nSure.`, "key", "link")).toBe(false)
  expect(hasMarker(`> ${marked.split("\n").at(-1)}`, "key", "link")).toBe(false)
})
