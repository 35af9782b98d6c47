import { assert, layer } from "@effect/vitest"
import { Effect, Redacted, Stream } from "effect"
import { CredentialStore } from "../../src/credentials/index.ts"
import { forge } from "../support.ts"
import { keysOf, newHost, newScope, token, under } from "./support.ts"

type Refused = Effect.Effect<unknown, { readonly _tag: string; readonly message: string }>

const tagsOf = (all: ReadonlyArray<unknown>) =>
  Effect.forEach(all as ReadonlyArray<Refused>, (each) => Effect.map(Effect.flip(each), ({ _tag }) => _tag))

layer(forge(), { excludeTestServices: true })("a user's credential", (it) => {
  it.effect("is theirs: they make it, look at it, open it, set it, list it, check it and remove it", () =>
    Effect.gen(function* () {
      const { check, users } = yield* CredentialStore
      const scope = yield* newScope
      const actorId = scope.userId
      const { id } = yield* users.create({ ...scope, actorId, authenticator: token() })
      assert.strictEqual((yield* users.find({ id, actorId })).id, id)
      yield* users.setAuthenticator({ ...scope, actorId, authenticator: token("ghp_PLANTED-again") })
      const { authenticator } = yield* users.open({ ...scope, actorId })
      assert.isTrue(
        authenticator._tag === "OAuthBearerToken" && Redacted.value(authenticator.token) === "ghp_PLANTED-again"
      )
      assert.deepStrictEqual(
        (yield* users.list({ actorId })).credentials.map((each) => each.id),
        [id]
      )
      assert.deepStrictEqual(
        (yield* Stream.runCollect(check({ actorId }))).map((each) => [each.owner, each.id]),
        [[{ userId: actorId }, id]]
      )
      yield* users.remove({ id, actorId })
    }).pipe(under(keysOf("2026")))
  )

  it.effect("is to another user as if it were not there, and neither made nor listed in their name", () =>
    Effect.gen(function* () {
      const { users } = yield* CredentialStore
      const scope = yield* newScope
      const { userId: actorId } = yield* newScope
      const { id } = yield* users.create({ ...scope, authenticator: token() })
      const authenticator = token("ghp_PLANTED-theirs")
      const asked = [
        { id, actorId },
        { ...scope, actorId }
      ].flatMap((choice) => [
        users.find(choice),
        users.open(choice),
        users.setAuthenticator({ ...choice, authenticator }),
        users.remove(choice)
      ])
      assert.deepStrictEqual(new Set(yield* tagsOf(asked)), new Set(["CredentialUnknown"]))
      assert.deepStrictEqual(
        yield* tagsOf([
          users.create({ ...scope, externalServiceId: "https://other.example/", actorId, authenticator }),
          users.list({ userId: scope.userId, actorId })
        ]),
        ["CredentialForbidden", "CredentialForbidden"]
      )
      assert.deepStrictEqual((yield* users.list({ actorId })).credentials, [])
      const opened = yield* users.open({ id })
      assert.isTrue(
        opened.authenticator._tag === "OAuthBearerToken" && Redacted.value(opened.authenticator.token) === "ghp_PLANTED"
      )
    }).pipe(under(keysOf("2026")))
  )
})

layer(forge(), { excludeTestServices: true })("the site's credential", (it) => {
  it.effect("is the operator's alone, and so is the change of keys", () =>
    Effect.gen(function* () {
      const { check, rotateKeys, site, users } = yield* CredentialStore
      const host = newHost()
      const { userId: actorId } = yield* newScope
      const { id } = yield* site.create({ ...host, authenticator: token() })
      const authenticator = token("ghp_PLANTED-theirs")
      const asked = [
        ...[
          { id, actorId },
          { ...host, actorId }
        ].flatMap((choice) => [
          site.find(choice),
          site.open(choice),
          site.setAuthenticator({ ...choice, authenticator }),
          site.remove(choice)
        ]),
        site.create({ ...newHost(), actorId, authenticator }),
        site.list({ actorId }),
        rotateKeys({ actorId })
      ]
      const tags = yield* tagsOf(asked)
      assert.lengthOf(tags, 11)
      assert.deepStrictEqual(new Set(tags), new Set(["CredentialForbidden"]))
      assert.deepStrictEqual(yield* Stream.runCollect(check({ actorId })), [])
      assert.strictEqual((yield* site.find({ id })).id, id)
      assert.deepStrictEqual((yield* users.list({ actorId })).credentials, [])
    }).pipe(under(keysOf("2026")))
  )
})
