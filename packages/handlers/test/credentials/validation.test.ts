import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import { inspect } from "node:util"
import { CredentialStore, CredentialValidators } from "../../src/credentials/index.ts"
import { forge } from "../support.ts"
import { hostServer, testValidator } from "./hostServer.ts"
import { empty } from "./migrating.ts"
import { alterStored, keysOf, newHost, newScope, token, under } from "./support.ts"

/** The same store, with a validator for `test-host`. */
const asking =
  (keys = keysOf("2026")) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.provide(
      effect,
      CredentialStore.layer.pipe(
        Layer.provideMerge(keys),
        Layer.provide(Layer.succeed(CredentialValidators, [testValidator]))
      )
    )

const testHost = Effect.map(hostServer, (server) => ({
  ...server,
  host: { externalServiceType: "test-host", externalServiceId: server.url }
}))

layer(forge(), { excludeTestServices: true })("a host with a validator", (it) => {
  it.effect("is asked before a credential is written, and one that it does not take is not", () =>
    Effect.gen(function* () {
      const { accounts, asked, host } = yield* testHost
      accounts.set("ghp_PLANTED-good", "ada-at-host")
      const { site, users } = yield* CredentialStore
      const { userId } = yield* newScope
      const bad = token("ghp_PLANTED-bad")
      const refused = [
        site.create({ ...host, authenticator: bad }),
        users.create({ ...host, userId, authenticator: bad }),
        site.create({
          ...host,
          authenticator: { _tag: "BasicAuth", username: "ada", password: Redacted.make("PLANTED") }
        })
      ]
      for (const each of refused) {
        const error = yield* Effect.flip(each)
        assert.strictEqual(error._tag, "CredentialRefused")
        assert.notInclude(inspect(error, { depth: 9 }), "PLANTED")
      }
      assert.strictEqual((yield* Effect.flip(site.find(host)))._tag, "CredentialUnknown")

      const good = token("ghp_PLANTED-good")
      yield* site.create({ ...host, authenticator: good })
      const { id } = yield* users.create({ ...host, userId, authenticator: good })
      assert.strictEqual(
        (yield* Effect.flip(users.setAuthenticator({ id, authenticator: bad })))._tag,
        "CredentialRefused"
      )
      assert.strictEqual(
        (yield* Effect.flip(site.setAuthenticator({ ...host, authenticator: bad })))._tag,
        "CredentialRefused"
      )
      yield* users.setAuthenticator({ id, authenticator: good })
      assert.deepStrictEqual(new Set(asked), new Set(["GET /user"]))
      assert.lengthOf(asked, 7)
    }).pipe(asking())
  )

  it.effect("is not asked for whoever may not add it, nor where that is left out", () =>
    Effect.gen(function* () {
      const { asked, host, state } = yield* testHost
      const { site, users } = yield* CredentialStore
      const { userId } = yield* newScope
      const { userId: actorId } = yield* newScope
      for (const each of [
        users.create({ ...host, userId, actorId, authenticator: token() }),
        site.create({ ...host, actorId, authenticator: token() })
      ] as ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>>) {
        assert.strictEqual((yield* Effect.flip(each))._tag, "CredentialForbidden")
      }
      state.status = 503
      const away = yield* Effect.flip(site.create({ ...host, authenticator: token() }))
      assert.deepInclude(away, { _tag: "CredentialNotChecked", retryable: true })
      assert.lengthOf(asked, 1)
      yield* site.create({ ...host, authenticator: token(), validate: false })
      yield* site.setAuthenticator({ ...host, authenticator: token(), validate: false })
      yield* site.create({ ...newHost(), authenticator: token() })
      assert.lengthOf(asked, 1)
    }).pipe(asking())
  )

  it.effect("says of each credential whether it works, when all are checked; and those that do not open say why", () =>
    Effect.gen(function* () {
      yield* empty
      const { accounts, host, state } = yield* testHost
      accounts.set("ghp_PLANTED-good", "ada-at-host")
      const { check, site, users } = yield* CredentialStore
      const put = (authenticator: ReturnType<typeof token>) =>
        Effect.flatMap(newScope, ({ userId }) => users.create({ ...host, userId, authenticator, validate: false }))
      const good = yield* put(token("ghp_PLANTED-good"))
      const bad = yield* put(token("ghp_PLANTED-bad"))
      const cut = yield* put(token())
      yield* alterStored("user_credentials", cut.id, { credential: Buffer.from("PLANTED") })
      const other = yield* site.create({ ...newHost(), authenticator: token() })
      const of = Effect.map(Stream.runCollect(check()), (all) =>
        all.map(({ account, id, kind, outcome }) => [id, outcome, kind, account?.name])
      )
      const kind = "OAuthBearerToken"
      assert.deepStrictEqual(yield* of, [
        [good.id, "valid", kind, "ada-at-host"],
        [bad.id, "refused", kind, undefined],
        [cut.id, "unreadable", null, undefined],
        [other.id, "readable", kind, undefined]
      ])
      const told = yield* Stream.runCollect(check())
      assert.include(told[1]!.message, "Bad credentials")
      assert.include(told[2]!.message, "is marked as encrypted and is no envelope")
      assert.notInclude(inspect(told, { depth: 9 }), "PLANTED")
      state.status = 500
      assert.deepStrictEqual(
        (yield* of).map(([, outcome]) => outcome),
        ["unreachable", "unreachable", "unreadable", "readable"]
      )
    }).pipe(asking())
  )

  it.effect("has more credentials than fit a page, and each is checked once", () =>
    Effect.gen(function* () {
      yield* empty
      const { site } = yield* CredentialStore
      const made = yield* Effect.forEach(Array.from({ length: 201 }), () =>
        Effect.map(site.create({ ...newHost(), authenticator: token() }), ({ id }) => id)
      )
      const { check } = yield* CredentialStore
      assert.deepStrictEqual(
        (yield* Stream.runCollect(check())).map(({ id }) => id),
        made
      )
    }).pipe(under(keysOf()))
  )
})
