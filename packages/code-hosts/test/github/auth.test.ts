import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { HttpClient } from "effect/http"
import { TestClock } from "effect/testing"
import { createPublicKey, generateKeyPairSync } from "node:crypto"
import { appAuth, gitHubDotCom, gitHubServer } from "../../src/github/index.ts"
import { opening, services } from "../hostScene.ts"
import { github } from "./support.ts"

const { scene } = github()

const pair = () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  // as GitHub gives it out
  const pem = privateKey.export({ type: "pkcs1", format: "pem" }).toString()
  return { privateKey: Redacted.make(pem), publicKey: createPublicKey(privateKey) }
}

/** A scene with an app that is installed, and the time of the fake. */
const installed = Effect.gen(function* () {
  const on = yield* scene()
  const { privateKey, publicKey } = pair()
  const id = 10_000 + on.repository.id
  const login = `drover-app-${id}[bot]`
  on.fake.apps.set(id, { id, slug: "drover", publicKey, installations: new Map([[77, login]]) })
  on.remote.roles.set(login, "write")
  yield* TestClock.setTime(on.forge.clock.now.getTime())
  const client = yield* HttpClient.HttpClient
  const app = { apiUrl: on.fake.url, appId: String(id), installationId: 77, privateKey }
  const asked = () => on.forge.log.all.filter(({ path }) => path.startsWith("/app/")).length
  on.forge.log.clear()
  return { on, client, app, login, asked }
}).pipe(Effect.provide(services))

describe("a GitHub App", () => {
  it.effect("acts as its installation, for the API and for git, with one token", () =>
    Effect.gen(function* () {
      const { app, asked, client, login, on } = yield* installed
      const host = yield* on.as(yield* appAuth(client, app))
      const { pullRequest } = yield* host.create(opening(on))
      const commit = yield* on.commit(yield* on.git("rev-parse", "main"), { "a.txt": "a\n" })
      yield* host.push({ repository: on.repository, branch: "x", commit, expected: null })
      yield* Effect.all(
        [
          host.load({ repository: on.repository, externalId: "1" }),
          host.tip({ repository: on.repository, branch: "x" })
        ],
        {
          concurrency: "unbounded"
        }
      )
      expect(pullRequest.state).toBe("open")
      expect(on.remote.pullRequests.get(1)?.author.login).toBe(login)
      expect(asked()).toBe(1)
      expect(yield* host.validate ?? Effect.die("cannot")).toEqual({ name: "installation 77", expiresAt: null })
      expect(asked()).toBe(2)
    })
  )

  it.effect("gets a new token before the old one ends", () =>
    Effect.gen(function* () {
      const { app, asked, client, on } = yield* installed
      const auth = yield* appAuth(client, app)
      const first = yield* auth.token
      yield* TestClock.adjust("54 minutes")
      expect(Redacted.value(yield* auth.token)).toBe(Redacted.value(first))
      on.forge.clock.advance(56 * 60_000)
      yield* TestClock.adjust("2 minutes")
      const [one, other] = yield* Effect.all([auth.token, auth.token], { concurrency: "unbounded" })
      expect(Redacted.value(one)).not.toBe(Redacted.value(first))
      expect(Redacted.value(other)).toBe(Redacted.value(one))
      expect(asked()).toBe(2)
    })
  )

  it.effect("whose token was withdrawn gets another for the next request", () =>
    Effect.gen(function* () {
      const { app, client, on } = yield* installed
      const auth = yield* appAuth(client, app)
      const host = yield* on.as(auth)
      on.forge.tokens.delete(Redacted.value(yield* auth.token))
      const at = { repository: on.repository, branch: "main" }
      for (const ask of [Effect.asVoid(host.create(opening(on))), Effect.asVoid(host.tip(at))]) {
        expect((yield* Effect.flip(ask))._tag).toBe("UnauthorisedOnHost")
        yield* ask
        on.forge.tokens.delete(Redacted.value(yield* auth.token))
      }
    })
  )

  it.effect("that is not installed, or signs with another key, is refused", () =>
    Effect.gen(function* () {
      const { app, client } = yield* installed
      for (const changes of [
        { installationId: 78 },
        { privateKey: pair().privateKey },
        { privateKey: Redacted.make("no key") }
      ]) {
        const auth = yield* appAuth(client, { ...app, ...changes })
        const error = yield* Effect.flip(auth.token)
        expect(error).toMatchObject({ _tag: "UnauthorisedOnHost", retryable: false })
      }
    })
  )
})

it("the addresses of github.com and of an enterprise server are known", () => {
  expect(gitHubDotCom.graphqlUrl).toBe("https://api.github.com/graphql")
  expect(gitHubServer("https://github.example.com/")).toEqual({
    apiUrl: "https://github.example.com/api/v3",
    graphqlUrl: "https://github.example.com/api/graphql",
    gitUrl: "https://github.example.com"
  })
})
