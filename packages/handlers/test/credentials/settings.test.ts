import { OutOfBandMigrations } from "@drover/core"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, layer } from "@effect/vitest"
import { ConfigProvider, Effect, FileSystem, Layer, Redacted } from "effect"
import {
  checkKeys,
  CredentialStore,
  KeyProvider,
  keySettings,
  keysInUse,
  keysUndecided,
  layerFromSettings
} from "../../src/credentials/index.ts"
import { forge } from "../support.ts"
import { arn } from "./kmsServer.ts"
import { create, empty, open, plainOf, runnerOf, stateOf, tokens } from "./migrating.ts"
import { alterStored, keysOf, keyText, stored, token, under } from "./support.ts"

type Environment = Readonly<Record<string, string>>

const settingsOf = (env: Environment) =>
  Effect.provide(Effect.orDie(keySettings), ConfigProvider.layer(ConfigProvider.fromEnv({ env })))

const layerOf = (env: Environment) =>
  Layer.unwrap(Effect.map(settingsOf(env), layerFromSettings)).pipe(Layer.provide(NodeServices.layer))

const providerOf = (env: Environment) => Effect.provide(KeyProvider, layerOf(env))

const line = (...ids: ReadonlyArray<string>) => Redacted.value(keyText(...ids)).replaceAll("\n", ",")

layer(Layer.provideMerge(forge(), NodeServices.layer), { excludeTestServices: true })("the settings of keys", (it) => {
  it.effect("name keys in a variable, in a file or in AWS KMS, and previous ones that only read", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const folder = yield* files.makeTempDirectoryScoped()
      yield* files.writeFileString(`${folder}/keys`, Redacted.value(keyText("2026", "2025")))
      yield* files.writeFileString(`${folder}/previous`, Redacted.value(keyText("2024")))
      const found = yield* Effect.forEach(
        [
          { DROVER_KEYS: line("2026", "2025") },
          { DROVER_KEYS_FILE: `${folder}/keys` },
          { DROVER_AWS_KMS_KEY: arn("one"), DROVER_PREVIOUS_AWS_KMS_KEYS: `${arn("two")}, ${arn("three")}` },
          { DROVER_AWS_KMS_KEY: arn("one"), DROVER_PREVIOUS_KEYS_FILE: `${folder}/previous` },
          { DROVER_KEYS_FILE: `${folder}/keys`, DROVER_PREVIOUS_AWS_KMS_KEYS: arn("two") }
        ],
        (env) => Effect.map(providerOf(env), ({ keys, undecided }) => [keys?.currentKeyId, keys?.keyIds, undecided])
      )
      assert.deepStrictEqual(found, [
        ["2026", ["2026", "2025"], undefined],
        ["2026", ["2026", "2025"], undefined],
        [arn("one"), [arn("one"), arn("two"), arn("three")], undefined],
        [arn("one"), [arn("one"), "2024"], undefined],
        ["2026", ["2026", "2025", arn("two")], undefined]
      ])
    })
  )

  it.effect("say that there are none, or nothing at all: what is set to nothing is not set", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* providerOf({ DROVER_NO_KEYS: "true" }), { keys: undefined, undecided: false })
      for (const env of [{}, { DROVER_KEYS: "", DROVER_KEYS_FILE: " ", DROVER_NO_KEYS: "false" }]) {
        assert.deepStrictEqual(yield* providerOf(env), { keys: undefined, undecided: true })
      }
    })
  )

  for (const [why, env, says] of [
    ["two of them", { DROVER_KEYS: line("1"), DROVER_NO_KEYS: "true" }, "DROVER_KEYS and DROVER_NO_KEYS are set"],
    [
      "three of them",
      { DROVER_KEYS: line("1"), DROVER_KEYS_FILE: "/x", DROVER_AWS_KMS_KEY: "y" },
      "DROVER_KEYS and DROVER_KEYS_FILE and DROVER_AWS_KMS_KEY are set"
    ],
    ["previous ones alone", { DROVER_PREVIOUS_KEYS_FILE: "/x" }, "none that is current"],
    ["previous ones and none", { DROVER_NO_KEYS: "true", DROVER_PREVIOUS_KEYS_FILE: "/x" }, "none that is current"],
    ["a file that is not there", { DROVER_KEYS_FILE: "/no/such/file" }, "/no/such/file cannot be read: NotFound"],
    ["text that is no key", { DROVER_KEYS: "2026=PLANTED" }, "line 1 is not an id"],
    ["an alias in KMS", { DROVER_AWS_KMS_KEY: "alias/drover" }, "is not the ARN of a KMS key"],
    [
      "a key that is current and previous",
      { DROVER_AWS_KMS_KEY: arn("one"), DROVER_PREVIOUS_AWS_KMS_KEYS: arn("one") },
      "among the current keys and the previous ones"
    ]
  ] as const) {
    it.effect(`are refused with ${why}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(providerOf(env as Environment))
        assert.strictEqual(error._tag, "KeysInvalid")
        assert.include(error.message, says)
        assert.notInclude(error.message, "PLANTED")
      })
    )
  }

  it.effect("that say nothing let nothing be written, and let plain text be read", () =>
    Effect.gen(function* () {
      yield* empty
      const made = yield* create("site_credentials", token()).pipe(under(keysOf()))
      yield* Effect.gen(function* () {
        const store = yield* CredentialStore
        assert.strictEqual((yield* open("site_credentials", made.id))._tag, "OAuthBearerToken")
        for (const writing of [
          create("site_credentials", token()),
          create("user_credentials", token()),
          store.site.setAuthenticator({ id: made.id, authenticator: token() }),
          store.users.setAuthenticator({ id: made.id, authenticator: token() }),
          store.rotateKeys()
        ] as ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string; readonly message: string }>>) {
          const error = yield* Effect.flip(writing)
          assert.strictEqual(error._tag, "KeysUndecided")
          assert.include(error.message, "set DROVER_KEYS_FILE")
        }
        yield* store.site.remove({ id: made.id })
      }).pipe(under(keysUndecided))
    })
  )

  it.effect("that say nothing make no migration move a row, and blame none", () =>
    Effect.gen(function* () {
      yield* empty
      const { id } = yield* create("user_credentials", token()).pipe(under(keysOf()))
      const waiting = { encryptionKeyId: "unmigrated", sshMigrationApplied: false }
      yield* alterStored("user_credentials", id, waiting)
      yield* Effect.gen(function* () {
        const runner = yield* runnerOf()
        yield* runner.refresh
        for (const migration of [2, 9]) {
          yield* runner.tick(migration)
          const { errors, progress } = yield* stateOf(migration)
          assert.strictEqual(progress, 0)
          assert.include(errors[0], "Nothing says how credentials are encrypted")
          assert.strictEqual((yield* OutOfBandMigrations.leftOver({ id: migration, reverse: false })).count, 0)
        }
        // of the site there are none
        assert.deepStrictEqual(yield* stateOf(10), { progress: 1, errors: [] })
      }).pipe(under(keysUndecided))
      assert.deepInclude(yield* stored("user_credentials", id), waiting)
    })
  )

  it.effect("that allow decryption write plain text, and open the way down", () =>
    Effect.gen(function* () {
      yield* empty
      const env = { DROVER_KEYS: line("2026") }
      const { id } = yield* create("site_credentials", token("PLANTED-0")).pipe(under(Layer.orDie(layerOf(env))))
      yield* Effect.gen(function* () {
        const written = yield* create("site_credentials", token("PLANTED-1"))
        assert.strictEqual((yield* stored("site_credentials", written.id)).encryptionKeyId, "")
        const runner = yield* runnerOf()
        yield* OutOfBandMigrations.updateDirection(10, "down")
        yield* runner.refresh
        yield* runner.tick(10)
        assert.deepStrictEqual(yield* stateOf(10), { progress: 0, errors: [] })
        assert.deepStrictEqual(yield* tokens("site_credentials", [id, written.id]), ["PLANTED-0", "PLANTED-1"])
        assert.deepStrictEqual(
          Buffer.from((yield* stored("site_credentials", id)).credential),
          plainOf(token("PLANTED-0"))
        )
      }).pipe(
        under(Layer.orDie(layerOf({ ...env, DROVER_ALLOW_DECRYPTION: "true" }))),
        Effect.ensuring(Effect.orDie(OutOfBandMigrations.updateDirection(10, "up")))
      )
    })
  )

  it.effect("fit a database where no credential is encrypted, or some key is there", () =>
    Effect.gen(function* () {
      yield* empty
      yield* create("site_credentials", token()).pipe(under(keysOf()))
      for (const keys of [keysUndecided, keysOf(), keysOf("2026")]) yield* Effect.provide(checkKeys, keys)
      yield* create("site_credentials", token()).pipe(under(keysOf("2025")))
      yield* create("user_credentials", token()).pipe(under(keysOf("2025")))
      const { id } = yield* create("user_credentials", token()).pipe(under(keysOf("2026")))
      yield* alterStored("user_credentials", id, { encryptionKeyId: "previously-migrated" })
      for (const keys of [keysUndecided, keysOf()]) {
        const error = yield* Effect.flip(Effect.provide(checkKeys, keys))
        assert.deepInclude(error, { _tag: "CredentialsUnreadable", credentials: 3, keyIds: ["2025"] })
        assert.include(error.message, "3 credential(s) are encrypted with 2025, and there are no keys")
      }
      yield* Effect.provide(checkKeys, keysOf("2026"))
      assert.deepStrictEqual(yield* keysInUse, [
        { keyId: "2025", credentials: 2 },
        { keyId: "previously-migrated", credentials: 1 }
      ])
    })
  )
})
