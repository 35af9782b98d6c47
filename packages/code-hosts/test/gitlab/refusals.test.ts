import { assert, describe, it } from "@effect/vitest"
import { refusalOf } from "../../src/gitlab/refusalOf.ts"

const now = Date.parse("2026-01-01T00:00:00Z")
const date = "Thu, 01 Jan 2026 00:00:00 GMT"
const where = { host: "gitlab", repository: "acme/billing" }
const json = (value: unknown) => JSON.stringify(value)

const table = [
  [401, {}, json({ message: "401 Unauthorized" }), { _tag: "UnauthorisedOnHost" }],
  [403, {}, json({ message: "403 Forbidden" }), { _tag: "ForbiddenOnHost", explanation: "403 Forbidden" }],
  [404, {}, json({ message: "404 Project Not Found" }), { _tag: "NotFound" }],
  [405, {}, json({ message: "405 Method Not Allowed" }), { _tag: "InTheWay", status: 405 }],
  [409, {}, json({ message: ["Another one: !5"] }), { _tag: "InTheWay", status: 409, explanation: "Another one: !5" }],
  [
    400,
    {},
    json({ message: { title: ["is too long", "is odd"], base: ["no"] } }),
    { _tag: "RejectedByHost", explanation: "title is too long, is odd; base no" }
  ],
  [400, {}, json({ error: "sha is invalid" }), { _tag: "RejectedByHost", explanation: "sha is invalid" }],
  [400, {}, "", { _tag: "RejectedByHost", explanation: "no reason given" }],
  [429, { "retry-after": "7", "ratelimit-reset": "99" }, "Retry later", { _tag: "RateLimited", retryAfter: 7000 }],
  [
    429,
    { date, "ratelimit-reset": String(now / 1000 + 30) },
    "Retry later",
    { _tag: "RateLimited", retryAfter: 31_000 }
  ],
  [429, {}, "Retry later", { _tag: "RateLimited", retryAfter: 60_000 }],
  [502, {}, "<h1>GitLab is not responding</h1>", { _tag: "HostUnavailable", retryable: true }],
  [503, { "retry-after": "5" }, "", { _tag: "HostUnavailable", retryAfter: 5000 }],
  [408, {}, "", { _tag: "HostUnavailable" }]
] as const

describe("What GitLab answers", () => {
  for (const [status, headers, body, expected] of table) {
    it(`means ${expected._tag} by ${status} ${body}`, () => {
      assert.deepInclude(refusalOf({ status, headers, body }, where, now), expected)
    })
  }
})
