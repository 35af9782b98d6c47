import { Redacted, Result } from "effect"
import { describe, expect, it } from "vitest"
import { parseHeardHosts } from "../../../src/batchChanges/index.ts"

const parse = (text: string) => parseHeardHosts(Redacted.make(text), { setting: "HOOKS" })

describe("the hosts whose webhooks are heard", () => {
  it("are an entry each, with commas or line ends between them", () => {
    const text = " github https://github.com/ one, \ngithub/corporate\thttps://github.example.com new old\n"
    expect(
      Result.getOrThrow(parse(text)).map(({ secrets, ...host }) => ({ ...host, secrets: secrets.map(Redacted.value) }))
    ).toEqual([
      { path: "github", externalServiceType: "github", externalServiceId: "https://github.com/", secrets: ["one"] },
      {
        path: "github/corporate",
        externalServiceType: "github",
        externalServiceId: "https://github.example.com/",
        secrets: ["new", "old"]
      }
    ])
    expect(Result.getOrThrow(parse(" \n"))).toEqual([])
  })

  it.each([
    [
      "gerrit https://gerrit.example.com/ hush-hush",
      /^Host 1 of HOOKS is of no kind .*bitbucketServer, gitea, github, gitlab/
    ],
    ["github/a/b https://github.com/ hush-hush", /is of no kind/],
    ["toString https://github.com/ hush-hush", /is of no kind/],
    ["github hush-hush", /has no address/],
    ["github https://me@github.com/ hush-hush", /has no address/],
    ["github https://github.com/", /has no secret/],
    [
      "gitea https://a/ x, github https://a/ hush-hush, github https://b/ hush-hush",
      /^Host 3 .* is called as one before/
    ]
  ])("%j is refused, and what it says has no secret in it", (text, message) => {
    const refused = parse(text)
    const said = Result.isFailure(refused) ? refused.failure.message : ""
    expect(said).toMatch(message)
    expect(JSON.stringify(refused)).not.toContain("hush")
  })
})
