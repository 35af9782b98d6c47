import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { credentialOrder, CredentialStore, type CredentialSubject } from "../../src/credentials/index.ts"
import { forge } from "../support.ts"
import { alterStored, keysOf, newHost, newScope, token, under } from "./support.ts"

describe("the order of credentials", () => {
  for (const [what, subject, order] of [
    ["a changeset of a batch change", { _tag: "Changeset", lastApplierId: 7 }, [{ userId: 7 }, "site"]],
    ["one whose last applier is gone", { _tag: "Changeset", lastApplierId: null }, ["site"]],
    ["an imported changeset", { _tag: "ImportedChangeset" }, ["site"]],
    ["a bulk job", { _tag: "BulkJob", userId: 8 }, [{ userId: 8 }, "site"]],
    ["a bulk job of the operator", { _tag: "BulkJob", userId: null }, ["site"]]
  ] as ReadonlyArray<readonly [string, CredentialSubject, ReadonlyArray<unknown>]>) {
    it(`of ${what} is ${JSON.stringify(order)}`, () => assert.deepStrictEqual(credentialOrder(subject), order))
  }
})

layer(forge(), { excludeTestServices: true })("the credential for a subject", (it) => {
  const cast = Effect.gen(function* () {
    const store = yield* CredentialStore
    const host = newHost()
    const { userId } = yield* newScope
    const addUsers = store.users.create({ ...host, userId, authenticator: token("of the user") })
    const addSites = store.site.create({ ...host, authenticator: token("of the site") })
    const ask = (subject: CredentialSubject) =>
      Effect.map(store.credentialFor({ ...host, subject }), ({ authenticator, owner }) => [
        owner,
        authenticator._tag === "OAuthBearerToken" ? Redacted.value(authenticator.token) : undefined
      ])
    const subjects = {
      changeset: { _tag: "Changeset", lastApplierId: userId },
      job: { _tag: "BulkJob", userId }
    } as const
    return { ask, addUsers, addSites, subjects, userId, host }
  })

  it.effect("is the user's, then the site's, then none", () =>
    Effect.gen(function* () {
      const { addSites, addUsers, ask, host, subjects, userId } = yield* cast
      for (const subject of Object.values(subjects)) {
        const missing = yield* Effect.flip(ask(subject))
        assert.deepInclude(missing, { _tag: "CredentialsMissing", userId, ...host })
        assert.include(missing.message, `add a credential of user ${userId}, or a site credential`)
      }
      yield* addSites
      for (const subject of Object.values(subjects)) {
        assert.deepStrictEqual(yield* ask(subject), ["site", "of the site"])
      }
      yield* addUsers
      for (const subject of Object.values(subjects)) {
        assert.deepStrictEqual(yield* ask(subject), [{ userId }, "of the user"])
      }
    }).pipe(under(keysOf("2026")))
  )

  it.effect("of an imported changeset is the site's, whoever has one", () =>
    Effect.gen(function* () {
      const { addSites, addUsers, ask } = yield* cast
      yield* addUsers
      const missing = yield* Effect.flip(ask({ _tag: "ImportedChangeset" }))
      assert.include(missing.message, "add a site credential for it")
      yield* addSites
      assert.deepStrictEqual(yield* ask({ _tag: "ImportedChangeset" }), ["site", "of the site"])
    }).pipe(under(keysOf("2026")))
  )

  it.effect("is not the site's where the user's cannot be read", () =>
    Effect.gen(function* () {
      const { addSites, addUsers, ask, subjects } = yield* cast
      const { id } = yield* addUsers
      yield* addSites
      yield* alterStored("user_credentials", id, { encryptionKeyId: "2019" })
      assert.strictEqual((yield* Effect.flip(ask(subjects.changeset)))._tag, "KeyMismatch")
    }).pipe(under(keysOf("2026")))
  )
})
