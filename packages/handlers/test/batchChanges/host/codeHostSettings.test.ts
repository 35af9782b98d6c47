import type { Authenticator } from "@drover/code-hosts"
import { makeFakeGitea } from "@drover/code-hosts/testing/gitea"
import { makeFakeGitHub } from "@drover/code-hosts/testing/github"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect } from "effect"
import { FetchHttpClient } from "effect/http"
import { findHost } from "../../../src/batchChanges/host/configured/findHost.ts"
import { addressesAt } from "../../../src/batchChanges/host/configured/hostKinds.ts"
import { type CodeHostSetting, codeHostSettings, hostIdOf, validatorsOf } from "../../../src/batchChanges/index.ts"
import { bearer } from "./hosted.ts"

const read = (text: string | undefined) =>
  codeHostSettings.parse(ConfigProvider.fromUnknown(text === undefined ? {} : { DROVER_CODE_HOSTS: text }))

describe("DROVER_CODE_HOSTS", () => {
  it.effect.each([undefined, "", " "])("%j is none", (text) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* read(text), [])
    })
  )

  it.effect("is a list of hosts", () =>
    Effect.gen(function* () {
      const hosts: ReadonlyArray<CodeHostSetting> = [
        { kind: "github", url: "https://github.com/" },
        { kind: "gitlab", url: "https://git.example.com/lab", version: "17.11.2" },
        { kind: "gitlab", url: "https://git.example.com/" }
      ]
      assert.deepStrictEqual(yield* read(JSON.stringify(hosts)), hosts)
    })
  )

  const github = { kind: "github", url: "https://github.com/" }
  it.effect.each<readonly [what: string, setting: unknown, says: string]>([
    ["no list", github, "array"],
    ["a kind that there is not", [{ ...github, kind: "gerrit" }], '"gitea" | "bitbucketServer"'],
    ["no address", [{ kind: "github" }], "url"],
    ["an address without a host", [{ ...github, url: "github.com" }], "must be an address"],
    ["an address of another protocol", [{ ...github, url: "ssh://github.com/" }], "must be an address"],
    ["an address with a user in it", [{ ...github, url: "https://ada:secret@github.com/" }], "no user in it"],
    ["a field that is misspelt", [{ ...github, apiURL: "https://api.github.com" }], "apiURL"],
    [
      "one of another kind",
      [{ ...github, kind: "gitea", graphqlUrl: "https://github.com/graphql" }],
      "for github alone"
    ],
    ["the same host twice", [github, { ...github, url: "https://GitHub.com" }], "two github https://github.com/"]
  ])("with %s is refused", ([, setting, says]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(read(JSON.stringify(setting)))
      assert.include(error.message, says)
      assert.include(error.message, "DROVER_CODE_HOSTS")
      assert.notInclude(error.message, "secret")
    })
  )

  it.effect("that is no JSON is refused", () =>
    Effect.gen(function* () {
      assert.include((yield* Effect.flip(read("[{"))).message, "DROVER_CODE_HOSTS")
    })
  )
})

describe("where a host's parts are", () => {
  it.each<readonly [setting: CodeHostSetting, addresses: object]>([
    [
      { kind: "github", url: "https://github.com/" },
      { apiUrl: "https://api.github.com", graphqlUrl: "https://api.github.com/graphql", gitUrl: "https://github.com" }
    ],
    [
      { kind: "github", url: "https://github.example.com/", gitUrl: "https://git.example.com/" },
      {
        apiUrl: "https://github.example.com/api/v3",
        graphqlUrl: "https://github.example.com/api/graphql",
        gitUrl: "https://git.example.com"
      }
    ],
    [
      { kind: "gitlab", url: "https://example.com/lab/", apiUrl: "https://api.example.com/v4/" },
      { apiUrl: "https://api.example.com/v4", gitUrl: "https://example.com/lab" }
    ],
    [
      { kind: "gitea", url: "https://gitea.example.com" },
      { apiUrl: "https://gitea.example.com/api/v1", gitUrl: "https://gitea.example.com" }
    ],
    [
      { kind: "bitbucketServer", url: "https://bitbucket.example.com/", apiUrl: "https://rest.example.com/rest" },
      { restUrl: "https://rest.example.com/rest", gitUrl: "https://bitbucket.example.com/scm" }
    ]
  ])("of %j", (setting, addresses) => {
    assert.deepStrictEqual<object>(addressesAt(setting), addresses)
  })

  it.each([
    ["https://github.com", "https://github.com/"],
    ["https://GitHub.com//", "https://github.com/"],
    ["https://example.com/lab", "https://example.com/lab/"],
    ["none", "none"]
  ])("%s is known as %s", (address, id) => {
    assert.strictEqual(hostIdOf(address), id)
  })

  it("is by kind and address together", () => {
    const hosts: ReadonlyArray<CodeHostSetting> = [
      { kind: "gitea", url: "https://git.example.com/" },
      { kind: "gitlab", url: "https://git.example.com/" }
    ]
    assert.strictEqual(findHost(hosts, "gitlab", "https://git.example.com"), hosts[1])
    assert.isUndefined(findHost(hosts, "github", "https://git.example.com"))
    assert.isUndefined(findHost(hosts, "gitlab", "https://other.example.com"))
  })
})

describe("validators of hosts that are set up", () => {
  it.live("ask each at its own address, and nobody else", () =>
    Effect.gen(function* () {
      const open = <A extends { readonly close: () => Promise<void> }>(make: () => Promise<A>) =>
        Effect.acquireRelease(Effect.promise(make), ({ close }) => Effect.promise(close))
      const github = yield* open(() => makeFakeGitHub())
      const gitea = yield* open(() => makeFakeGitea())
      const validators = yield* validatorsOf([
        // what is only a name is never asked
        { kind: "github", url: "https://github.invalid/", apiUrl: github.url, graphqlUrl: github.graphqlUrl },
        { kind: "gitea", url: "https://gitea.invalid/", apiUrl: `${gitea.url}/api/v1` }
      ])
      const ask = (kind: string, externalServiceId: string, authenticator: Authenticator) =>
        validators.find((one) => one.kind === kind)!.validate({ externalServiceId, authenticator })

      assert.deepStrictEqual(
        validators.map(({ kind }) => kind),
        ["github", "gitea"]
      )
      const ada = bearer(github.forge.addToken("ada"))
      assert.deepInclude(yield* ask("github", "https://github.invalid", ada), { name: "ada" })
      assert.deepInclude(yield* ask("gitea", "https://gitea.invalid/", bearer(gitea.forge.addToken("bob"))), {
        name: "bob"
      })
      const refused = yield* Effect.flip(ask("github", "https://github.invalid/", bearer("withdrawn")))
      assert.strictEqual(refused._tag, "CredentialRefused")

      github.forge.log.clear()
      const unasked = yield* Effect.flip(ask("github", github.url, ada))
      assert.strictEqual(unasked._tag, "CredentialNotChecked")
      assert.include(unasked.message, "none of DROVER_CODE_HOSTS")
      assert.deepStrictEqual(github.forge.log.all, [])
    }).pipe(Effect.provide(FetchHttpClient.layer))
  )
})
