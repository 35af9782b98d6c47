import { type CodeHostError, type NotMergeableReason, RejectedByHost } from "@drover/code-hosts"
import { DatabaseUnavailable, StatementRejected } from "@drover/core"
import {
  GitFailed,
  GitTimedOut,
  NameRejected,
  Oid,
  RefMoved,
  RepositoryNotFound,
  RevisionNotFound,
  UnrelatedHistories
} from "@drover/git"
import { assert, describe, it } from "@effect/vitest"
import { type ForgeError, hostError } from "../../src/batchChanges/host/local/hostError.ts"
import {
  CommentRejected,
  Forbidden,
  HeadMismatch,
  LabelRejected,
  type MergeObstacle,
  PullRequestNotFound,
  PullRequestNotMergeable,
  PullRequestNotOpen,
  PullRequestRejected,
  RepositoryUnknown
} from "../../src/index.ts"

const oid = Oid.make("a".repeat(40))
const cause = new Error("x")
const failed = (stderr: string, exitCode = 128) => new GitFailed({ args: ["update-ref"], exitCode, stderr })
const pullRequest = "acme/billing#7"
const stuck = (reason: MergeObstacle, ...missing: ReadonlyArray<string>) =>
  new PullRequestNotMergeable({ pullRequest, reason, conflictedPaths: [], missing })
const unmergeable = (reason: NotMergeableReason) => ({ _tag: "NotMergeableOnHost", retryable: false, reason }) as const
const rejected = { _tag: "RejectedByHost", retryable: false } as const
const unavailable = { _tag: "HostUnavailable", retryable: true } as const

const table: ReadonlyArray<readonly [ForgeError, Partial<CodeHostError>]> = [
  [new PullRequestNotFound({ pullRequestId: 7 }), { _tag: "PullRequestMissing", retryable: false, externalId: "7" }],
  [new RepositoryUnknown({ repository: "acme/billing" }), { _tag: "RepositoryMissing", retryable: false }],
  [new RepositoryNotFound({ path: "/gone" }), { _tag: "RepositoryMissing", retryable: false }],
  [
    new Forbidden({ repository: "acme/billing", needed: "write", role: "read" }),
    { _tag: "ForbiddenOnHost", retryable: false }
  ],
  [new PullRequestRejected({ field: "title", rule: "must not be blank" }), rejected],
  [new PullRequestNotOpen({ pullRequest, state: "merged" }), rejected],
  [new HeadMismatch({ pullRequest, expected: "1", actual: "2" }), unmergeable("head moved")],
  [stuck("merged"), unmergeable("merged")],
  [stuck("closed"), unmergeable("closed")],
  [stuck("draft"), unmergeable("draft")],
  [stuck("conflict"), unmergeable("conflict")],
  [stuck("merge commits"), unmergeable("method")],
  [stuck("branch gone"), unmergeable("other")],
  [stuck("no commits"), unmergeable("other")],
  [stuck("unrelated histories"), unmergeable("other")],
  [stuck("blocked", "1 approval is missing"), unmergeable("blocked")],
  [stuck("blocked", 'the check "build" failed'), unmergeable("blocked")],
  [stuck("blocked", 'the check "build" is not done', "1 approval is missing"), unmergeable("blocked")],
  [
    stuck("blocked", 'the check "build" is not done', 'the check "a "b"\n" has not reported'),
    unmergeable("checks pending")
  ],
  [new CommentRejected({ field: "body", rule: "must not be blank" }), rejected],
  [new LabelRejected({ label: "", rule: "must not be blank" }), rejected],
  [new NameRejected({ kind: "branch", name: "-", reason: "it begins with a dash" }), rejected],
  [new RevisionNotFound({ revision: "x" }), rejected],
  [new UnrelatedHistories({ base: oid, head: oid }), rejected],
  [new RefMoved({ ref: "refs/heads/main", expected: oid, actual: null }), unavailable],
  [new GitTimedOut({ command: "merge-tree", limitMillis: 1 }), unavailable],
  [failed("error: disk full"), unavailable],
  [failed("usage: git", 129), rejected],
  [failed("fatal: cannot lock ref 'refs/heads/a/b': 'refs/heads/a' exists; cannot create 'refs/heads/a/b'"), rejected],
  [new DatabaseUnavailable({ code: "57P01", retryable: true, reason: "gone", cause }), unavailable],
  [new DatabaseUnavailable({ code: "28P01", retryable: false, reason: "password", cause }), rejected],
  [new StatementRejected({ code: "40P01", retryable: true, reason: "deadlock", cause }), unavailable],
  [new StatementRejected({ code: "23505", retryable: false, reason: "twin", cause }), rejected]
]

describe("what the forge's errors are to whoever speaks to it as a host", () => {
  it.each(table)("sorts %s", (error, expected) => {
    const sorted = hostError(error, { repository: "acme/billing", externalId: "7" })

    for (const [key, value] of Object.entries(expected)) assert.strictEqual(Reflect.get(sorted, key), value, key)
    assert.deepInclude(sorted, { host: "local", repository: "acme/billing" })
  })

  it("leaves alone what is a host's answer already", () => {
    const answer = new RejectedByHost({ host: "local", repository: "acme/other", explanation: "no" })

    assert.strictEqual(hostError(answer, { repository: "acme/billing" }), answer)
  })
})
