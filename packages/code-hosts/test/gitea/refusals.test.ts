import { describe, expect, it } from "@effect/vitest"
import { refusalOf } from "../../src/gitea/refusalOf.ts"

const where = { host: "gitea", repository: "acme/billing" }
const said = (message: string) => JSON.stringify({ message, url: "https://gitea.invalid/api/swagger" })

const cases: ReadonlyArray<readonly [number, string, object, Record<string, string>?]> = [
  [401, said("invalid username, password or token"), { _tag: "UnauthorisedOnHost" }],
  [403, said("token does not have at least one of required scope(s)"), { _tag: "ForbiddenOnHost" }],
  [403, said("repository is archived"), { _tag: "ArchivedOnHost" }],
  [423, said("acme/billing is archived"), { _tag: "ArchivedOnHost" }],
  [404, said("The target couldn't be found."), { _tag: "NotFound" }],
  [405, said("Please try again later"), { _tag: "NotDone" }],
  [409, said("pull request already exists for these targets"), { _tag: "Conflicting" }],
  [412, said("it was already merged"), { _tag: "NotDone" }],
  [422, said("bad color"), { _tag: "RejectedByHost", explanation: "bad color" }],
  [429, "", { _tag: "RateLimited", retryAfter: 60_000 }],
  [429, "", { _tag: "RateLimited", retryAfter: 6000 }, { "retry-after": "6" }],
  [500, said("Merge Conflict Error"), { _tag: "Broken", explanation: "Merge Conflict Error" }],
  [500, "", { _tag: "HostUnavailable", retryAfter: 9000 }, { "retry-after": "9" }],
  [502, "<h1>Bad gateway</h1>", { _tag: "HostUnavailable", explanation: "502 Bad gateway" }],
  [503, "", { _tag: "HostUnavailable", retryAfter: 120_000 }, { "retry-after": "120" }],
  [408, "", { _tag: "HostUnavailable" }],
  [302, "", { _tag: "HostUnavailable" }]
]

describe("an answer of Gitea's", () => {
  for (const [status, body, expected, headers = {}] of cases) {
    it(`${status} ${JSON.stringify(headers)} ${body} is ${JSON.stringify(expected)}`, () => {
      expect(refusalOf({ status, headers, body }, where, 0)).toMatchObject(expected)
    })
  }
})
