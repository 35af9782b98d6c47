import { describe, expect, it } from "@effect/vitest"
import { refusalOf } from "../../src/bitbucketServer/refusalOf.ts"

const where = { host: "bitbucketServer", repository: "ACME/billing" }
const said = (exception: string | null, message: string, more: object = {}) =>
  JSON.stringify({
    errors: [
      {
        context: null,
        message,
        exceptionName: exception === null ? null : `com.atlassian.bitbucket.${exception}`,
        ...more
      }
    ]
  })
const ref = (name: string) => ({ id: `refs/heads/${name}`, latestCommit: "1".repeat(40) })
const pull = { id: 7, version: 3, title: "Fix it", state: "OPEN", fromRef: ref("fix"), toRef: ref("main") }
const me = { "x-ausername": "drover" }
const vetoes = [
  {
    summaryMessage: "Requires approvals",
    detailedMessage: "You still need 2 approvals before this pull request can be merged."
  }
]

const cases: ReadonlyArray<readonly [number, string, object, Record<string, string>?]> = [
  [
    401,
    said("auth.IncorrectPasswordAuthenticationException", "Authentication failed."),
    { _tag: "UnauthorisedOnHost" }
  ],
  [401, "", { _tag: "UnauthorisedOnHost" }],
  [401, "", { _tag: "UnauthorisedOnHost" }, { "x-ausername": "anonymous" }],
  // also said to somebody who is who he says, and may not
  [
    401,
    said("AuthorisationException", "You are not permitted"),
    { _tag: "ForbiddenOnHost", explanation: "You are not permitted" }
  ],
  [
    401,
    said(null, "insufficient permissions"),
    { _tag: "ForbiddenOnHost", explanation: "insufficient permissions" },
    me
  ],
  [403, "XSRF check failed", { _tag: "ForbiddenOnHost", explanation: "XSRF check failed" }],
  [
    403,
    "",
    { _tag: "ForbiddenOnHost", explanation: "it wants a CAPTCHA solved: sign in with a browser as this user, once" },
    { "x-authentication-denied-reason": "CAPTCHA_CHALLENGE; login-url=https://bitbucket.invalid/login" }
  ],
  [404, said("repository.NoSuchRepositoryException", "It does not exist."), { _tag: "RepositoryMissing" }],
  [404, said("project.NoSuchProjectException", "It does not exist."), { _tag: "RepositoryMissing" }],
  [404, said("pull.NoSuchPullRequestException", "It does not exist."), { _tag: "NoPullRequest" }],
  [
    404,
    said("repository.NoSuchBranchException", "No branch x."),
    { _tag: "RejectedByHost", explanation: "No branch x." }
  ],
  [404, said("commit.NoSuchCommitException", "No commit x."), { _tag: "RejectedByHost", explanation: "No commit x." }],
  [404, "null for uri", { _tag: "NotFound", explanation: "null for uri" }],
  [
    409,
    said("pull.DuplicatePullRequestException", "Only one", { existingPullRequest: pull }),
    { _tag: "AlreadyExists", existing: pull }
  ],
  [409, said("pull.DuplicatePullRequestException", "Only one"), { _tag: "AlreadyExists", existing: undefined }],
  [
    409,
    said("pull.PullRequestOutOfDateException", "Old", { currentVersion: 3, pullRequest: pull }),
    { _tag: "OutOfDate", newest: pull }
  ],
  [
    409,
    said("pull.PullRequestOutOfDateException", "Old", { pullRequest: { id: 7 } }),
    { _tag: "OutOfDate", newest: undefined }
  ],
  [409, said("pull.EmptyPullRequestException", "Up to date"), { _tag: "RejectedByHost", explanation: "Up to date" }],
  [
    409,
    said("pull.InvalidPullRequestReviewersException", "Errors encountered.", {
      reviewerErrors: [{ message: "bob is not a user." }]
    }),
    { _tag: "RejectedByHost", explanation: "Errors encountered.: bob is not a user." }
  ],
  [
    409,
    said("pull.PullRequestMergeVetoedException", "Vetoed.", { conflicted: false, vetoes }),
    { _tag: "NotDone", explanation: `Vetoed.: Requires approvals: ${vetoes[0]?.detailedMessage}` }
  ],
  [
    409,
    said("pull.PullRequestMergeVetoedException", "No.", { conflicted: true, vetoes: [] }),
    { _tag: "NotDone", explanation: "No.: it conflicts" }
  ],
  [409, said("pull.IllegalPullRequestStateException", "It is merged."), { _tag: "NotDone" }],
  [409, said(null, "Adding reviewers isn't supported on archived repositories"), { _tag: "ArchivedOnHost" }],
  [409, said("repository.ArchivedRepositoryException", "No."), { _tag: "ArchivedOnHost" }],
  // words that somebody chose are no proof
  [409, said("pull.EmptyPullRequestException", "archived repository is up to date"), { _tag: "RejectedByHost" }],
  [409, said(null, "the branch archived is in the way"), { _tag: "NotDone" }],
  [400, said(null, "title is too long"), { _tag: "RejectedByHost", explanation: "title is too long" }],
  [429, said("RateLimitExceededException", "Slow down"), { _tag: "RateLimited", retryAfter: 10_000 }],
  [429, "", { _tag: "RateLimited", retryAfter: 6000 }, { "retry-after": "6" }],
  [500, said("AuthorisationException", "broken"), { _tag: "HostUnavailable", explanation: "500 broken" }],
  [502, "<h1>Bad gateway</h1>", { _tag: "HostUnavailable", explanation: "502 Bad gateway" }],
  [503, "", { _tag: "HostUnavailable", retryAfter: 120_000 }, { "retry-after": "120" }],
  [408, "", { _tag: "HostUnavailable" }],
  [302, "", { _tag: "HostUnavailable" }]
]

describe("an answer of Bitbucket's", () => {
  for (const [status, body, expected, headers = {}] of cases) {
    it(`${status} ${JSON.stringify(headers)} ${body.slice(0, 150)} is ${JSON.stringify(expected).slice(0, 150)}`, () => {
      expect(refusalOf({ status, headers, body }, where, 0)).toMatchObject(expected)
    })
  }
})
