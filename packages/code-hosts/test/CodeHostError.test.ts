import { assert, describe, it } from "@effect/vitest"
import {
  ArchivedOnHost,
  BranchMoved,
  type CodeHostError,
  ForbiddenOnHost,
  HostUnavailable,
  NotMergeableOnHost,
  NotSupportedByHost,
  PullRequestMissing,
  RateLimited,
  RejectedByHost,
  RepositoryMissing,
  UnauthorisedOnHost
} from "../src/index.ts"

const at = { host: "github", repository: "acme/billing" }
const branch = { ...at, branch: "feature" }

const cases: ReadonlyArray<readonly [CodeHostError, retryable: boolean, says: RegExp]> = [
  [new RepositoryMissing(at), false, /acme\/billing \(github\).*check its name/],
  [new PullRequestMissing({ ...at, externalId: "7" }), false, /no pull request 7/],
  [
    new NotMergeableOnHost({ ...at, externalId: "7", reason: "conflict", explanation: "a.txt conflicts" }),
    false,
    /7 .* cannot be merged: a\.txt conflicts/
  ],
  [new ArchivedOnHost(at), false, /cannot push to an archived repository.*Unarchive it/],
  [new BranchMoved({ ...branch, expected: "1", actual: "2" }), true, /is at 2, and was 1 a moment ago/],
  [new BranchMoved({ ...branch, expected: null, actual: "2" }), true, /is at 2, and was nowhere/],
  [new BranchMoved({ ...branch, expected: "1", actual: null }), true, /is gone, and was 1/],
  [new UnauthorisedOnHost(at), false, /is refused.*Set another/],
  [new ForbiddenOnHost({ ...at, explanation: "it may only read" }), false, /may not do this: it may only read/],
  [new RateLimited({ ...at, retryAfter: 1500 }), true, /for 2 seconds/],
  [new RejectedByHost({ ...at, explanation: "no such branch" }), false, /rejects it: no such branch/],
  [new NotSupportedByHost({ ...at, what: "drafts" }), false, /has no drafts/],
  [new HostUnavailable({ ...at, explanation: "502" }), true, /does not answer as it should: 502/]
]

describe("what a code host may answer", () => {
  it.each(cases)("%s says what it is about, and whether to ask again", (error, retryable, says) => {
    assert.strictEqual(error.retryable, retryable)
    assert.match(error.message, says)
  })
})
