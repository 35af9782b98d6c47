import { Result } from "effect"
import { describe, expect, it } from "vitest"
import type { CodeHostSetting } from "../../../src/batchChanges/host/configured/CodeHostSetting.ts"
import { hostedAddress } from "../../../src/batchChanges/hosted/hostedAddress.ts"

const hosts: ReadonlyArray<CodeHostSetting> = [
  { kind: "github", url: "https://github.com" },
  { kind: "gitlab", url: "https://code.example/" },
  { kind: "gitea", url: "https://code.example/gitea" },
  { kind: "bitbucketServer", url: "https://bitbucket.example/" }
]

describe("hostedAddress", () => {
  it.each([
    ["https://github.com/acme/billing", "github", "acme/billing"],
    ["https://github.com/acme/billing.git", "github", "acme/billing"],
    [" https://github.com/acme/billing/ ", "github", "acme/billing"],
    ["https://GitHub.com/acme/x.js", "github", "acme/x.js"],
    ["https://code.example/acme/web/shop.git", "gitlab", "acme/web/shop"],
    ["https://code.example/gitea/acme/shop", "gitea", "acme/shop"],
    ["https://bitbucket.example/scm/acme/shop.git", "bitbucketServer", "acme/shop"],
    ["https://bitbucket.example/projects/ACME/repos/shop", "bitbucketServer", "ACME/shop"],
    ["https://bitbucket.example/users/mia/repos/shop", "bitbucketServer", "~mia/shop"]
  ])("knows %s as one of %s: %s", (address, kind, externalName) => {
    expect(Result.getOrThrow(hostedAddress(hosts, address))).toMatchObject({ externalServiceType: kind, externalName })
  })

  it.each([
    ["of a host that is not set up", "https://github.com.evil.example/acme/billing"],
    ["of an owner alone", "https://github.com/acme"],
    ["of something below a repository", "https://github.com/acme/billing/pulls"],
    ["over another protocol", "git@github.com:acme/billing.git"],
    ["of a page of Bitbucket", "https://bitbucket.example/dashboard"],
    ["that is none", "billing"]
  ])("knows none %s", (_, address) => {
    const error = Result.getOrThrow(Result.flip(hostedAddress(hosts, address)))
    expect(error.message).toContain(address)
    expect(error.message).toContain("https://github.com")
  })
})
