import { describe, expect, it } from "@effect/vitest"
import { graphqlRefusalOf } from "../../src/github/graphqlRefusalOf.ts"
import { refusalOf } from "../../src/github/refusalOf.ts"

const where = { host: "github", repository: "acme/billing" }
const now = Date.parse("2026-03-10T12:00:00Z")
const date = "Tue, 10 Mar 2026 11:59:00 GMT"
const reset = String(now / 1000 + 600)
const validation = (message: string) => ({ message: "Validation Failed", errors: [{ code: "custom", message }] })

type Headers = Readonly<Record<string, string>>
type Case = readonly [what: string, status: number, headers: Headers, body: unknown, expected: object]

const cases: ReadonlyArray<Case> = [
  ["a token that is refused", 401, {}, { message: "Bad credentials" }, { _tag: "UnauthorisedOnHost" }],
  [
    "a token that may not",
    403,
    { "x-ratelimit-remaining": "4999" },
    { message: "Resource not accessible by integration" },
    { _tag: "ForbiddenOnHost", explanation: "Resource not accessible by integration" }
  ],
  [
    "an archived repository",
    403,
    {},
    { message: "Repository was archived so is read-only." },
    { _tag: "ArchivedOnHost", retryable: false }
  ],
  [
    "the same by validation",
    422,
    {},
    validation("Repository was archived so is read-only."),
    { _tag: "ArchivedOnHost" }
  ],
  [
    "a budget that is spent, by the host's clock",
    403,
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset, date },
    { message: "API rate limit exceeded for user ID 1." },
    { _tag: "RateLimited", retryAfter: 661_000 }
  ],
  [
    "a budget that is spent, by our clock",
    403,
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset },
    { message: "API rate limit exceeded for user ID 1." },
    { _tag: "RateLimited", retryAfter: 601_000 }
  ],
  [
    "a budget whose reset is past",
    429,
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1000 - 5), date },
    { message: "API rate limit exceeded" },
    { _tag: "RateLimited", retryAfter: 56_000 }
  ],
  [
    "a secondary limit, which outlasts what is left of the budget",
    403,
    { "retry-after": "90", "x-ratelimit-remaining": "4000", "x-ratelimit-reset": reset },
    { message: "You have exceeded a secondary rate limit." },
    { _tag: "RateLimited", retryAfter: 90_000 }
  ],
  [
    "a secondary limit without a time",
    403,
    { "x-ratelimit-remaining": "4000", "x-ratelimit-reset": reset },
    { message: "You have triggered an abuse detection mechanism." },
    { _tag: "RateLimited", retryAfter: 60_000 }
  ],
  [
    "a time as a date",
    429,
    { "retry-after": "Tue, 10 Mar 2026 12:01:00 GMT", date },
    {},
    { _tag: "RateLimited", retryAfter: 120_000 }
  ],
  ["a time of nothing", 429, { "retry-after": "0" }, {}, { _tag: "RateLimited", retryAfter: 60_000 }],
  [
    "content that comes too fast",
    422,
    {},
    validation("was submitted too quickly"),
    { _tag: "RateLimited", retryAfter: 60_000 }
  ],
  ["what is not there", 404, {}, { message: "Not Found" }, { _tag: "NotFound" }],
  ["what is there no more", 410, {}, { message: "Issues are disabled" }, { _tag: "NotFound" }],
  ["what the law forbids", 451, {}, { message: "Repository access blocked" }, { _tag: "ForbiddenOnHost" }],
  ["a merge that did not happen", 405, {}, { message: "Pull Request is not mergeable" }, { _tag: "NotMerged" }],
  ["a head that moved", 409, {}, { message: "Head branch was modified." }, { _tag: "NotMerged" }],
  [
    "a pull request that is there",
    422,
    {},
    validation("A pull request already exists for acme:fix."),
    { _tag: "AlreadyExists" }
  ],
  [
    "a rule, with all that is said of it",
    422,
    {},
    { message: "Validation Failed", errors: [{ field: "base", code: "invalid" }, "and more"] },
    { _tag: "RejectedByHost", explanation: "Validation Failed: base is invalid: and more", retryable: false }
  ],
  [
    "drafts that there are not",
    422,
    {},
    validation("Draft pull requests are not supported in this repository."),
    { _tag: "NotSupportedByHost", what: "drafts" }
  ],
  ["JSON that was not understood", 400, {}, { message: "Problems parsing JSON" }, { _tag: "RejectedByHost" }],
  ["a host at fault", 500, {}, "", { _tag: "HostUnavailable", explanation: "500 no reason given", retryable: true }],
  [
    "a gateway's page for people",
    502,
    { "retry-after": "7" },
    "<html><h1>502</h1>  <p>Bad gateway</p></html>",
    { _tag: "HostUnavailable", explanation: "502 502 Bad gateway", retryAfter: 7000 }
  ],
  ["a request that took too long", 408, {}, {}, { _tag: "HostUnavailable" }],
  ["a redirection that leads nowhere", 304, {}, "", { _tag: "HostUnavailable" }]
]

describe("an answer of GitHub's", () => {
  it.each(cases)("%s", (_what, status, headers, body, expected) => {
    const text = typeof body === "string" ? body : JSON.stringify(body)
    expect(refusalOf({ status, headers, body: text }, where, now)).toMatchObject(expected)
  })
})

const errors: ReadonlyArray<
  readonly [string, { readonly type?: string; readonly path?: ReadonlyArray<string> }, Headers, object]
> = [
  ["Could not resolve to a Repository", { type: "NOT_FOUND", path: ["repository"] }, {}, { _tag: "RepositoryMissing" }],
  [
    "Could not resolve to a PullRequest",
    { type: "NOT_FOUND", path: ["repository", "pullRequest"] },
    {},
    { _tag: "PullRequestMissing", externalId: "7" }
  ],
  ["Could not resolve to a node", { type: "NOT_FOUND", path: ["node"] }, {}, { _tag: "NotFound" }],
  ["Resource not accessible by integration", { type: "FORBIDDEN" }, {}, { _tag: "ForbiddenOnHost" }],
  [
    "Your token has not been granted the required scopes",
    { type: "INSUFFICIENT_SCOPES" },
    {},
    { _tag: "ForbiddenOnHost" }
  ],
  ["Repository was archived so is read-only.", { type: "UNPROCESSABLE" }, {}, { _tag: "ArchivedOnHost" }],
  ["Pull request is in clean status", { type: "UNPROCESSABLE" }, {}, { _tag: "RejectedByHost" }],
  [
    "API rate limit exceeded for user ID 1.",
    { type: "RATE_LIMITED" },
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset },
    { _tag: "RateLimited", retryAfter: 601_000 }
  ],
  ["That was too much", { type: "RATE_LIMITED" }, {}, { _tag: "RateLimited", retryAfter: 60_000 }],
  ["Something went wrong while executing your query", {}, {}, { _tag: "HostUnavailable", retryable: true }],
  // the last of a budget is an answer like others
  [
    "Could not resolve to a node",
    { type: "NOT_FOUND" },
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset },
    { _tag: "NotFound" }
  ]
]

describe("an error of GitHub's GraphQL", () => {
  it.each(errors)("%s %o", (message, error, headers, expected) => {
    const answer = { status: 200, headers, body: "" }
    expect(graphqlRefusalOf({ message, ...error }, answer, { ...where, externalId: "7" }, now)).toMatchObject(expected)
  })
})
