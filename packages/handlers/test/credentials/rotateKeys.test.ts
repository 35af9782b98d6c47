import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { type CredentialTable, tableOf } from "../../src/credentials/credentialTables.ts"
import { CredentialStore, keysFromText, KeyProvider, type Keys, KeyServiceFailed } from "../../src/credentials/index.ts"
import { parse } from "../../src/credentials/encryption/Envelope.ts"
import { forge } from "../support.ts"
import { alterStored, keysOf, keyText, newHost, newScope, stored, token, under } from "./support.ts"

const makeOne = (name: CredentialTable, text: string) =>
  Effect.gen(function* () {
    const store = yield* CredentialStore
    const made =
      name === "user_credentials"
        ? yield* store.users.create({ ...(yield* newScope), authenticator: token(text) })
        : yield* store.site.create({ ...newHost(), authenticator: token(text) })
    return { name, id: made.id, text }
  })

const textOf = ({ id, name }: { readonly name: CredentialTable; readonly id: number }) =>
  Effect.gen(function* () {
    const store = yield* CredentialStore
    const { authenticator } = yield* store[name === "user_credentials" ? "users" : "site"].open({ id })
    return authenticator._tag === "OAuthBearerToken" ? Redacted.value(authenticator.token) : undefined
  })

const keyIdOf = ({ id, name }: { readonly name: CredentialTable; readonly id: number }) =>
  Effect.map(stored(name, id), (row) => row.encryptionKeyId)

const messageOf = (bytes: Uint8Array) => {
  const envelope = parse(bytes)
  return typeof envelope === "string" ? assert.fail(envelope) : envelope.message
}

const both = ["user_credentials", "site_credentials"] as const
const empty = Database.use(({ run }) =>
  Effect.forEach(both, (name) => run((db) => db.delete(tableOf(name))), { discard: true })
)
const rotate = Effect.flatMap(CredentialStore, (store) => store.rotateKeys({ batchSize: 2 }))

layer(forge(), { excludeTestServices: true })("a rotation", (it) => {
  it.effect("brings all under the current key without touching what they hold, and the old one can go", () =>
    Effect.gen(function* () {
      yield* empty
      const made = yield* under(keysOf("2025"))(
        Effect.forEach([0, 1, 2, 3, 4], (n) => Effect.forEach(both, (name) => makeOne(name, `PLANTED-${n}`)))
      )
      const all = made.flat()
      const before = yield* Effect.forEach(all, ({ id, name }) => stored(name, id))

      const report = yield* under(keysOf("2026", "2025"))(rotate)

      assert.deepStrictEqual(report, { rewrapped: 10, encrypted: 0, failed: [] })
      const after = yield* Effect.forEach(all, ({ id, name }) => stored(name, id))
      for (const [at, row] of after.entries()) {
        assert.strictEqual(row.encryptionKeyId, "2026")
        assert.deepStrictEqual(messageOf(row.credential), messageOf(before[at]!.credential))
        assert.deepStrictEqual(row.updatedAt, before[at]!.updatedAt)
      }
      for (const one of all) assert.strictEqual(yield* under(keysOf("2026"))(textOf(one)), one.text)
      assert.deepStrictEqual(yield* under(keysOf("2026"))(rotate), { rewrapped: 0, encrypted: 0, failed: [] })
    })
  )

  it.effect("encrypts what was written when there was no key, and leaves to migrations what waits for them", () =>
    Effect.gen(function* () {
      yield* empty
      const [plain, waiting] = yield* under(keysOf())(
        Effect.forEach(["PLANTED-plain", "PLANTED-waiting"], (text) => makeOne("site_credentials", text))
      )
      const former = yield* under(keysOf("2025"))(makeOne("user_credentials", "PLANTED-former"))
      yield* alterStored("site_credentials", waiting!.id, { encryptionKeyId: "unmigrated" })
      yield* alterStored("user_credentials", former.id, { encryptionKeyId: "previously-migrated" })

      assert.deepStrictEqual(yield* under(keysOf("2026", "2025"))(rotate), { rewrapped: 0, encrypted: 1, failed: [] })

      assert.strictEqual(yield* keyIdOf(plain!), "2026")
      assert.strictEqual(yield* under(keysOf("2026"))(textOf(plain!)), "PLANTED-plain")
      assert.deepStrictEqual([yield* keyIdOf(waiting!), yield* keyIdOf(former)], ["unmigrated", "previously-migrated"])
    })
  )

  it.effect("reports what cannot be read, by its place, and goes on with the others", () =>
    Effect.gen(function* () {
      yield* empty
      const made = yield* under(keysOf("2025", "2024"))(
        Effect.forEach([0, 1, 2], (n) => makeOne("user_credentials", `PLANTED-${n}`))
      )
      const lost = yield* under(keysOf("2024"))(makeOne("user_credentials", "PLANTED-lost"))
      yield* alterStored("user_credentials", made[1]!.id, { credential: Buffer.from("cut") })

      const { failed, rewrapped } = yield* under(keysOf("2026", "2025"))(rotate)

      assert.strictEqual(rewrapped, 2)
      assert.deepStrictEqual(
        failed.map(({ credential }) => credential),
        [`user_credentials:${made[1]!.id}:credential`, `user_credentials:${lost.id}:credential`]
      )
      assert.include(failed[1]!.message, '"2024", which is none of 2026, 2025: add it to the keys')
    })
  )

  it.effect("leaves one that is set anew meanwhile as it was set", () =>
    Effect.gen(function* () {
      yield* empty
      const one = yield* under(keysOf("2025"))(makeOne("site_credentials", "PLANTED-before"))
      const keys = yield* keysFromText(keyText("2026", "2025"))
      const set = under(keysOf("2026", "2025"))(
        Effect.flatMap(CredentialStore, ({ site }) =>
          site.setAuthenticator({ id: one.id, authenticator: token("PLANTED-after") })
        )
      )
      const database = yield* Database
      // the row has been read, and is not yet written
      const slow: Keys = {
        ...keys,
        wrap: (key, place) =>
          Effect.andThen(Effect.orDie(Effect.provideService(set, Database, database)), keys.wrap(key, place))
      }
      const report = yield* under(Layer.succeed(KeyProvider, { keys: slow }))(rotate)
      assert.deepStrictEqual(report, { rewrapped: 0, encrypted: 0, failed: [] })
      assert.strictEqual(yield* under(keysOf("2026"))(textOf(one)), "PLANTED-after")
    })
  )

  it.effect("stops where the key service is away, and goes on where it stopped", () =>
    Effect.gen(function* () {
      yield* empty
      const made = yield* under(keysOf("2025"))(
        Effect.forEach([0, 1, 2, 3], (n) => makeOne("user_credentials", `PLANTED-${n}`))
      )
      const keys = yield* keysFromText(keyText("2026", "2025"))
      let left = 3
      const failing: Keys = {
        ...keys,
        wrap: (key, place) =>
          left-- > 0
            ? keys.wrap(key, place)
            : Effect.fail(new KeyServiceFailed({ keyId: "2026", reason: "it is away", retryable: true }))
      }
      const error = yield* Effect.flip(under(Layer.succeed(KeyProvider, { keys: failing }))(rotate))
      assert.strictEqual(error._tag, "KeyServiceFailed")
      const again = yield* under(keysOf("2026", "2025"))(rotate)
      assert.isBelow(again.rewrapped, 4)
      for (const one of made) assert.strictEqual(yield* keyIdOf(one), "2026")
    })
  )

  it.effect("needs a key to rotate to", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Effect.flip(under(keysOf())(rotate)))._tag, "KeysInvalid")
    })
  )
})
