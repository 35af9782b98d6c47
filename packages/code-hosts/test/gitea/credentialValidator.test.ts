import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { makeGiteaCredentialValidator } from "../../src/gitea/index.ts"
import type { Authenticator } from "../../src/index.ts"
import { services } from "../hostScene.ts"
import { gitea } from "./support.ts"

const { scene } = gitea()

const asked = Effect.fnUntraced(function* (authenticator: Authenticator, externalServiceId: string) {
  const validator = yield* makeGiteaCredentialValidator()
  return yield* validator.validate({ authenticator, externalServiceId })
}, Effect.provide(services))

const bearer = (token: string): Authenticator => ({ _tag: "OAuthBearerToken", token: Redacted.make(token) })

describe("a credential for Gitea", () => {
  it.live("is that of a user, whom it names", () =>
    Effect.gen(function* () {
      const { fake, login, token } = yield* scene()
      expect(yield* asked(bearer(token), fake.url)).toEqual({ name: login, expiresAt: null })
    })
  )

  it.live("is refused where it is nobody's, or of a kind that Gitea does not take", () =>
    Effect.gen(function* () {
      const { fake } = yield* scene()
      const password: Authenticator = { _tag: "BasicAuth", username: "ada", password: Redacted.make("secret") }
      for (const given of [bearer("nobody's"), password]) {
        const error = yield* Effect.flip(asked(given, fake.url))
        expect(error).toMatchObject({ _tag: "CredentialRefused", retryable: false })
        expect(JSON.stringify(error)).not.toContain("secret")
      }
    })
  )

  it.live("is not checked where Gitea is down, or its address is none", () =>
    Effect.gen(function* () {
      const { fake, forge, token } = yield* scene()
      forge.faults.plan({ kind: "lost answer", status: 502 }, { on: ({ path }) => path.endsWith("/user") })
      for (const address of [fake.url, "gitea"]) {
        const error = yield* Effect.flip(asked(bearer(token), address))
        expect(error).toMatchObject({ _tag: "CredentialNotChecked", retryable: true })
      }
    })
  )
})
