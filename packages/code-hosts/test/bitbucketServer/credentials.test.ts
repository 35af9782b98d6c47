import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import {
  bitbucketServer,
  type BitbucketServerAuth,
  bitbucketServerVersion,
  makeBitbucketServerCredentialValidator
} from "../../src/bitbucketServer/index.ts"
import type { Authenticator } from "../../src/index.ts"
import { opening, services } from "../hostScene.ts"
import { bearer, bitbucket } from "./support.ts"

const { scene } = bitbucket()

const HARD = "p@ss/w:rd#%é &?"

describe("a user and a token", () => {
  it.live("push and ask, whatever letters are in them", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      on.remote.roles.set("ada@example.com", "write")
      const password = `${HARD}${on.repository.id}`
      on.forge.addToken("ada@example.com", { token: password })
      const host = yield* on.as({ username: "ada@example.com", password: Redacted.make(password) })
      const commit = yield* on.commit(yield* on.git("rev-parse", "main"), { "b.txt": "b\n" })
      yield* host.push({ repository: on.repository, branch: "drover/fix", commit, expected: null })
      expect(yield* host.tip({ repository: on.repository, branch: "drover/fix" })).toBe(commit)
      yield* host.create({ ...opening(on), headRef: "drover/fix" })
      expect(on.pullRequest().author.login).toBe("ada@example.com")
    })
  )

  it.live("are refused where the token is another's, by the API and by git", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      const host = yield* on.as({ username: "somebody", password: Redacted.make(on.token) })
      const commit = yield* on.commit(yield* on.git("rev-parse", "main"), { "b.txt": "b\n" })
      const push = host.push({ repository: on.repository, branch: "x", commit, expected: null })
      for (const ask of [push, host.create(opening(on))]) {
        const error = yield* Effect.flip<unknown, { readonly _tag: string }, never>(ask)
        expect(error).toMatchObject({ _tag: "UnauthorisedOnHost", retryable: false })
        expect(JSON.stringify(error)).not.toContain(on.token)
      }
    })
  )
})

describe("a token alone", () => {
  it.live("pushes too", () =>
    Effect.gen(function* () {
      const on = yield* scene()
      const commit = yield* on.commit(yield* on.git("rev-parse", "main"), { "b.txt": "b\n" })
      yield* on.host.push({ repository: on.repository, branch: "x", commit, expected: null })
      expect(yield* Effect.promise(() => on.forge.tip(on.remote, "x"))).toBe(commit)
      on.remote.roles.set("reader", "read")
      const reader = yield* on.as(bearer(on.forge.addToken("reader")))
      const refused = yield* Effect.flip(
        reader.push({ repository: on.repository, branch: "y", commit, expected: null })
      )
      expect(refused._tag).toBe("ForbiddenOnHost")
    })
  )
})

describe("a credential for Bitbucket", () => {
  const validating = Effect.gen(function* () {
    const on = yield* scene()
    const validator = yield* makeBitbucketServerCredentialValidator().pipe(Effect.provide(services))
    const validate = (authenticator: Authenticator) =>
      validator.validate({ externalServiceId: `${on.fake.url}/`, authenticator })
    return { on, validate }
  })

  it.live("is shown to be somebody's, by one request", () =>
    Effect.gen(function* () {
      const { on, validate } = yield* validating
      const account = { name: on.login, expiresAt: null }
      on.forge.log.clear()
      expect(yield* validate({ _tag: "OAuthBearerToken", token: Redacted.make(on.token) })).toEqual(account)
      expect(on.forge.log.all).toHaveLength(1)
      const password = Redacted.make(on.token)
      expect(yield* validate({ _tag: "BasicAuth", username: on.login, password })).toEqual(account)
      expect(yield* on.host.validate ?? Effect.void).toEqual(account)
    })
  )

  it.live("that is withdrawn, or of a kind that it does not take, is refused", () =>
    Effect.gen(function* () {
      const { on, validate } = yield* validating
      const withdrawn = yield* Effect.flip(validate({ _tag: "OAuthBearerToken", token: Redacted.make("withdrawn") }))
      expect(withdrawn).toMatchObject({ _tag: "CredentialRefused", host: `bitbucketServer ${on.fake.url}/` })
      on.forge.log.clear()
      const signingKey = Redacted.make("key")
      const refused = yield* Effect.flip(validate({ _tag: "OAuthClient", consumerKey: "drover", signingKey }))
      expect(refused.explanation).toContain("it takes no OAuthClient")
      expect(on.forge.log.all).toEqual([])
    })
  )

  it.live("is not judged by a server that gives no answer", () =>
    Effect.gen(function* () {
      const { on, validate } = yield* validating
      on.forge.faults.plan({ kind: "unavailable", status: 503 })
      const error = yield* Effect.flip(validate({ _tag: "OAuthBearerToken", token: Redacted.make(on.token) }))
      expect(error).toMatchObject({ _tag: "CredentialNotChecked", retryable: true })
    })
  )
})

it.live("a server says which version it is", () =>
  Effect.gen(function* () {
    const on = yield* scene()
    const auth: BitbucketServerAuth = bearer(on.token)
    const version = bitbucketServerVersion({ ...bitbucketServer(on.fake.url), auth }).pipe(Effect.provide(services))
    expect(yield* version).toBe("8.19.1")
  })
)
