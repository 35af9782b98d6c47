import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { addressesOf, gitHubDotCom, makeGitHubCredentialValidator } from "../../src/github/index.ts"
import type { Authenticator } from "../../src/index.ts"
import { services } from "../hostScene.ts"
import { github } from "./support.ts"

const { scene } = github()

const bearer = (token: string): Authenticator => ({ _tag: "OAuthBearerToken", token: Redacted.make(token) })

const validating = Effect.gen(function* () {
  const on = yield* scene()
  const addresses = () => ({ apiUrl: on.fake.url, graphqlUrl: on.fake.graphqlUrl })
  const validator = yield* makeGitHubCredentialValidator(addresses).pipe(Effect.provide(services))
  const validate = (authenticator: Authenticator) =>
    validator.validate({ externalServiceId: "https://github.example.com/", authenticator })
  return { on, validate }
})

describe("a credential for GitHub", () => {
  it.live("is shown to be somebody's", () =>
    Effect.gen(function* () {
      const { on, validate } = yield* validating
      expect(yield* validate(bearer(on.token))).toEqual({ name: `drover-${on.repository.id}`, expiresAt: null })
    })
  )

  it.live("that ends says when", () =>
    Effect.gen(function* () {
      const { on, validate } = yield* validating
      const expiresAt = new Date(on.forge.clock.now.getTime() + 86_400_000)
      expiresAt.setMilliseconds(0)
      const token = on.forge.addToken("ada", { expiresAt })
      expect(yield* validate(bearer(token))).toEqual({ name: "ada", expiresAt })
    })
  )

  it.live("that is withdrawn, or of a kind that GitHub has not, is refused", () =>
    Effect.gen(function* () {
      const { on, validate } = yield* validating
      on.forge.log.clear()
      expect(yield* Effect.flip(validate(bearer("withdrawn")))).toMatchObject({
        _tag: "CredentialRefused",
        host: "github https://github.example.com/"
      })
      const basic: Authenticator = { _tag: "BasicAuth", username: "ada", password: Redacted.make("secret") }
      const refused = yield* Effect.flip(validate(basic))
      expect(refused).toMatchObject({ _tag: "CredentialRefused", explanation: "it takes no BasicAuth, only a token" })
      expect(on.forge.log.all).toHaveLength(1)
    })
  )

  it.live("is not judged by a host that gives no answer", () =>
    Effect.gen(function* () {
      const { on, validate } = yield* validating
      on.forge.faults.plan({ kind: "unavailable", status: 503 })
      expect(yield* Effect.flip(validate(bearer(on.token)))).toMatchObject({
        _tag: "CredentialNotChecked",
        retryable: true
      })
    })
  )

  it("is asked about where it is from", () => {
    for (const id of ["https://github.com/", "https://www.github.com", "https://api.github.com/"]) {
      expect(addressesOf(id)).toBe(gitHubDotCom)
    }
    for (const id of ["https://github.com.evil.example/", "https://notgithub.com/", "https://github.example.com/"]) {
      expect(addressesOf(id).gitUrl).toBe(new URL(id).origin)
    }
  })
})
