import { Database } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { inspect } from "node:util"
import { type Authenticator, CredentialStore, decryptOnly, keysFromText, layerOf } from "../../src/credentials/index.ts"
import type { CredentialTable } from "../../src/credentials/credentialTables.ts"
import { forge } from "../support.ts"
import { alterStored, keysOf, keyText, newHost, newScope, otherKeyText, stored, token, under } from "./support.ts"

const tokenOf = ({ authenticator }: { readonly authenticator: Authenticator }) =>
  authenticator._tag === "OAuthBearerToken" ? Redacted.value(authenticator.token) : authenticator._tag

const keyed = under(keysOf("2026"))
const keyless = under(keysOf())

interface Failure {
  readonly _tag: string
  readonly message: string
  readonly keyId?: string | undefined
  readonly place?: string
}
type Op<A> = Effect.Effect<A, Failure>
interface Summary {
  readonly id: number
  readonly encryptionKeyId: string
  readonly sshMigrationApplied: boolean
  readonly externalServiceType: string
}

/** The two halves of the store, as far as they are alike. */
interface Half {
  readonly scope: { readonly externalServiceType: string; readonly externalServiceId: string }
  readonly create: (text?: string) => Op<Summary>
  readonly find: (choice: { readonly id: number }) => Op<Summary>
  readonly open: (choice: { readonly id: number }) => Op<{ readonly id: number; readonly authenticator: Authenticator }>
  readonly set: (id: number, text: string) => Op<void>
  readonly remove: (choice: { readonly id: number }) => Op<void>
}

const halves: ReadonlyArray<readonly [CredentialTable, Effect.Effect<Half, Failure, CredentialStore | Database>]> = [
  [
    "user_credentials",
    Effect.gen(function* () {
      const { users } = yield* CredentialStore
      const scope = yield* newScope
      const create = (text?: string) => users.create({ ...scope, authenticator: token(text) })
      return {
        ...users,
        scope,
        create,
        set: (id: number, text: string) => users.setAuthenticator({ id, authenticator: token(text) })
      }
    })
  ],
  [
    "site_credentials",
    Effect.gen(function* () {
      const { site } = yield* CredentialStore
      const scope = newHost()
      const create = (text?: string) => site.create({ ...scope, authenticator: token(text) })
      return {
        ...site,
        scope,
        create,
        set: (id: number, text: string) => site.setAuthenticator({ id, authenticator: token(text) })
      }
    })
  ]
]

for (const [name, half] of halves) {
  layer(forge(), { excludeTestServices: true })(`a row of ${name}`, (it) => {
    it.effect("is written under the current key, and opens again", () =>
      Effect.gen(function* () {
        const store = yield* half
        const made = yield* store.create()
        const row = yield* stored(name, made.id)

        assert.deepInclude(made, { encryptionKeyId: "2026", sshMigrationApplied: true, externalServiceType: "github" })
        assert.notProperty(made, "credential")
        assert.notInclude(Buffer.from(row.credential).toString("latin1"), "PLANTED")
        const opened = yield* store.open({ id: made.id })
        assert.deepStrictEqual([opened.id, tokenOf(opened)], [made.id, "ghp_PLANTED"])
        assert.deepStrictEqual(yield* store.find({ id: made.id }), made)
      }).pipe(keyed)
    )

    it.effect("is written as plain text, and says so, where there are no keys", () =>
      Effect.gen(function* () {
        const store = yield* half
        const { encryptionKeyId, id } = yield* store.create()
        const row = yield* stored(name, id)
        assert.strictEqual(encryptionKeyId, "")
        assert.strictEqual(
          Buffer.from(row.credential).toString(),
          '{"Type":"OAuthBearerToken","Auth":{"Token":"ghp_PLANTED"}}'
        )
        assert.strictEqual(tokenOf(yield* store.open({ id })), "ghp_PLANTED")
      }).pipe(keyless)
    )

    it.effect("is written as plain text where the keys only decrypt, and what they wrapped still opens", () =>
      Effect.gen(function* () {
        const before = yield* keyed(Effect.flatMap(half, (store) => store.create("ghp_PLANTED-before")))
        const reading = layerOf(Effect.map(keysFromText(keyText("2026")), decryptOnly))
        yield* Effect.gen(function* () {
          const store = yield* half
          assert.strictEqual((yield* store.create()).encryptionKeyId, "")
          assert.strictEqual(tokenOf(yield* store.open({ id: before.id })), "ghp_PLANTED-before")
          const { rotateKeys } = yield* CredentialStore
          assert.strictEqual((yield* Effect.flip(rotateKeys()))._tag, "KeysInvalid")
        }).pipe(under(Layer.orDie(reading)))
      })
    )

    for (const marker of ["", "unmigrated"]) {
      for (const [has, keys] of [
        ["with keys", ["2026"]],
        ["without keys", []]
      ] as const) {
        it.effect(`is read as plain text under the id ${JSON.stringify(marker)}, ${has}`, () =>
          Effect.gen(function* () {
            const store = yield* half
            const { id } = yield* keyless(Effect.flatMap(half, (plain) => plain.create()))
            yield* alterStored(name, id, { encryptionKeyId: marker })
            assert.strictEqual(tokenOf(yield* store.open({ id })), "ghp_PLANTED")
          }).pipe(under(keysOf(...keys)))
        )
      }
    }

    it.effect("is read by whichever key it names itself where it was migrated before, and refused without keys", () =>
      Effect.gen(function* () {
        const store = yield* half
        const { id } = yield* store.create()
        yield* alterStored(name, id, { encryptionKeyId: "previously-migrated" })
        assert.strictEqual(tokenOf(yield* store.open({ id })), "ghp_PLANTED")
        const error = yield* Effect.flip(keyless(Effect.flatMap(half, (other) => other.open({ id }))))
        assert.deepInclude(error, { _tag: "KeyMissing", keyId: undefined })
        assert.include(error.message, "is encrypted, but no key is available")
      }).pipe(keyed)
    )

    for (const [why, tag, keys, change] of [
      [
        "another key stands under its id",
        "DecryptionFailed",
        Layer.orDie(layerOf(keysFromText(otherKeyText("2026")))),
        {}
      ],
      ["its key is not there", "KeyMissing", keysOf("2025"), {}],
      ["there are no keys", "KeyMissing", keysOf(), {}],
      ["the row names another key than it does", "KeyMismatch", keysOf("2026", "2025"), { encryptionKeyId: "2025" }],
      ["it is not encrypted at all", "EnvelopeInvalid", keysOf("2026"), { credential: Buffer.from('{"PLANTED') }],
      ["it is said to be plain text", "AuthenticatorInvalid", keysOf("2026"), { encryptionKeyId: "" }],
      [
        "it is of a kind that there is not",
        "AuthenticatorKindUnknown",
        keysOf("2026"),
        { encryptionKeyId: "", credential: Buffer.from('{"Type":"Ring","Auth":{"Token":"ghp_PLANTED"}}') }
      ]
    ] as const) {
      it.effect(`does not open where ${why}: ${tag}`, () =>
        Effect.gen(function* () {
          const { id } = yield* keyed(Effect.flatMap(half, (store) => store.create()))
          yield* alterStored(name, id, change)
          const error = yield* Effect.flip(under(keys)(Effect.flatMap(half, (store) => store.open({ id }))))
          assert.strictEqual(error._tag, tag)
          assert.notInclude(inspect(error, { depth: 9, showHidden: true }) + error.message, "PLANTED")
        }).pipe(Effect.orDie)
      )
    }

    it.effect("does not open with the bytes of another row", () =>
      Effect.gen(function* () {
        const one = yield* Effect.flatMap(half, (store) => store.create("ghp_PLANTED-one"))
        const store = yield* half
        const other = yield* store.create("ghp_PLANTED-other")
        yield* alterStored(name, other.id, { credential: (yield* stored(name, one.id)).credential })
        const error = yield* Effect.flip(store.open({ id: other.id }))
        assert.deepInclude(error, { _tag: "DecryptionFailed", place: `${name}:${other.id}:credential` })
      }).pipe(keyed)
    )

    it.effect("is set again under the current key, and under the empty id exactly where there are no keys", () =>
      Effect.gen(function* () {
        const { id } = yield* keyed(Effect.flatMap(half, (store) => store.create()))
        for (const [keys, keyId] of [
          [["2027", "2026"], "2027"],
          [[], ""],
          [["2026"], "2026"]
        ] as const) {
          yield* Effect.gen(function* () {
            const store = yield* half
            yield* store.set(id, `ghp_PLANTED-${keyId}`)
            assert.strictEqual(tokenOf(yield* store.open({ id })), `ghp_PLANTED-${keyId}`)
            assert.strictEqual((yield* stored(name, id)).encryptionKeyId, keyId)
          }).pipe(under(keysOf(...keys)))
        }
      })
    )

    it.effect("is one in its scope, until it is removed", () =>
      Effect.gen(function* () {
        const store = yield* half
        const { id } = yield* store.create()
        const error = yield* Effect.flip(store.create("ghp_PLANTED-again"))
        assert.strictEqual(error._tag, "CredentialExists")
        assert.include(error.message, store.scope.externalServiceId)
        assert.notInclude(inspect(error, { depth: 9 }), "PLANTED")
        yield* store.remove({ id })
        assert.notStrictEqual((yield* store.create()).id, id)
      }).pipe(keyed)
    )

    it.effect("that there is not is unknown to everything that asks for it", () =>
      Effect.gen(function* () {
        const store = yield* half
        for (const asked of [
          store.find({ id: 0 }),
          store.open({ id: 0 }),
          store.set(0, "ghp_PLANTED"),
          store.remove({ id: 0 })
        ] as ReadonlyArray<Op<unknown>>) {
          const error = yield* Effect.flip(asked)
          assert.strictEqual(error._tag, "CredentialUnknown")
          assert.match(error.message, /There is no (user|site) credential 0/)
        }
      }).pipe(keyed)
    )

    it.effect("is not made for a host with a password in its address, or with none", () =>
      Effect.gen(function* () {
        const store = yield* half
        for (const externalServiceId of ["https://ada:PLANTED@github.example/", "", "two words"]) {
          const { site, users } = yield* CredentialStore
          const added = { ...store.scope, externalServiceId, authenticator: token() }
          const error = yield* Effect.flip(
            name === "user_credentials" ? users.create({ ...added, userId: 1 }) : site.create(added)
          )
          assert.strictEqual(error._tag, "CredentialRejected")
          assert.notInclude(error.message, "PLANTED")
        }
      }).pipe(keyed)
    )

    it.effect("is written under the key inside a transaction too, and not at all where that fails", () =>
      Effect.gen(function* () {
        const store = yield* half
        const { transaction } = yield* Database
        const made = yield* transaction(store.create())
        assert.strictEqual((yield* stored(name, made.id)).encryptionKeyId, "2026")
        yield* Effect.flip(transaction(Effect.andThen(store.remove({ id: made.id }), Effect.fail("undone"))))
        assert.strictEqual(tokenOf(yield* store.open({ id: made.id })), "ghp_PLANTED")
      }).pipe(keyed)
    )
  })
}
