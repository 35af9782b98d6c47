import { Database, OutOfBandMigrations, outOfBandMigrationsFailedRows } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Duration, Effect, Layer, Redacted, Result, Stream } from "effect"
import { type CredentialTable, tableOf } from "../../src/credentials/credentialTables.ts"
import {
  addSshKeys,
  type Authenticator,
  credentialMigrations,
  CredentialStore,
  encodeAuthenticator,
  encryptSiteCredentials,
  encryptUserCredentials,
  type Keys,
  keysFromText,
  KeyProvider,
  KeyServiceFailed,
  sshKeyOf
} from "../../src/credentials/index.ts"
import { forge } from "../support.ts"
import { alterStored, keysOf, keyText, newHost, newScope, stored, token, under } from "./support.ts"

const tables = ["user_credentials", "site_credentials"] as const
const empty = Database.use(({ run }) =>
  Effect.andThen(
    run((db) => db.delete(outOfBandMigrationsFailedRows)),
    Effect.forEach(tables, (name) => run((db) => db.delete(tableOf(name))), { discard: true })
  )
)

const create = Effect.fnUntraced(function* (name: CredentialTable, authenticator: Authenticator) {
  const store = yield* CredentialStore
  return name === "user_credentials"
    ? yield* store.users.create({ ...(yield* newScope), authenticator })
    : yield* store.site.create({ ...newHost(), authenticator })
})

const open = Effect.fnUntraced(function* (name: CredentialTable, id: number) {
  const store = yield* CredentialStore
  const opened = yield* name === "user_credentials" ? store.users.open({ id }) : store.site.open({ id })
  return opened.authenticator
})

const plainOf = (authenticator: Authenticator) =>
  Buffer.from(Redacted.value(Result.getOrThrow(encodeAuthenticator(authenticator))))

/** Five that wait as plain text, and five whose key was not written down; each with a token of its own. */
const tenUnmigrated = Effect.fnUntraced(function* (name: CredentialTable) {
  const ids: Array<number> = []
  for (let n = 0; n < 10; n++) {
    const authenticator = token(`PLANTED-${n}`)
    const { id } = yield* create(name, authenticator)
    ids.push(id)
    yield* alterStored(
      name,
      id,
      n < 5
        ? { credential: plainOf(authenticator), encryptionKeyId: "unmigrated" }
        : { encryptionKeyId: "previously-migrated" }
    )
  }
  return ids
})

const runnerOf = (options: { readonly allowDecrypt?: boolean } = {}) =>
  OutOfBandMigrations.make({ migrations: credentialMigrations(options) })

const stateOf = Effect.fnUntraced(function* (id: number) {
  const state = (yield* OutOfBandMigrations.list).find((each) => each.id === id)!
  return { progress: state.progress, errors: state.errors.map(({ message }) => message) }
})

const requireMigration = (name: CredentialTable) =>
  Effect.map(
    Database.use(({ run }) => run((db) => db.select({ key: tableOf(name).encryptionKeyId }).from(tableOf(name)))),
    (rows) => rows.filter(({ key }) => key === "unmigrated" || key === "previously-migrated").length
  )

const tokens = (name: CredentialTable, ids: ReadonlyArray<number>) =>
  Effect.forEach(ids, (id) =>
    Effect.map(open(name, id), (each) => (each._tag === "OAuthBearerToken" ? Redacted.value(each.token) : each._tag))
  )
const planted = Array.from({ length: 10 }, (_, n) => `PLANTED-${n}`)

const migrations = [
  [9, "user_credentials", encryptUserCredentials],
  [10, "site_credentials", encryptSiteCredentials]
] as const

for (const [id, name, make] of migrations) {
  layer(forge(), { excludeTestServices: true })(`migration ${id}, which encrypts ${name}`, (it) => {
    it.effect("is complete where there is nothing, and goes five rows a step", () =>
      Effect.gen(function* () {
        const runner = yield* runnerOf()
        yield* runner.refresh
        assert.deepStrictEqual(yield* stateOf(id), { progress: 1, errors: [] })
        const ids = yield* tenUnmigrated(name)
        yield* runner.refresh
        const seen = [(yield* stateOf(id)).progress]
        for (const _ of [1, 2]) {
          yield* runner.tick(id)
          seen.push((yield* stateOf(id)).progress)
        }
        assert.deepStrictEqual(seen, [0, 0.5, 1])
        assert.strictEqual(yield* requireMigration(name), 0)
        assert.deepStrictEqual(yield* tokens(name, ids), planted)
        for (const each of ids) {
          const row = yield* stored(name, each)
          assert.strictEqual(row.encryptionKeyId, "2026")
          assert.notInclude(Buffer.from(row.credential).toString("latin1"), "PLANTED")
        }
      }).pipe(under(keysOf("2026")))
    )

    it.effect("goes down where that is allowed, five rows a step, to plain text that waits", () =>
      Effect.gen(function* () {
        yield* empty
        const ids = yield* tenUnmigrated(name)
        const runner = yield* runnerOf({ allowDecrypt: true })
        yield* runner.refresh
        yield* runner.tick(id)
        yield* runner.tick(id)
        assert.strictEqual((yield* stateOf(id)).progress, 1)
        yield* OutOfBandMigrations.updateDirection(id, "down")
        yield* runner.refresh
        const seen: Array<number> = []
        for (const _ of [1, 2]) {
          yield* runner.tick(id)
          seen.push((yield* stateOf(id)).progress)
        }
        assert.deepStrictEqual(seen, [0.5, 0])
        assert.strictEqual(yield* requireMigration(name), 10)
        assert.deepStrictEqual(yield* tokens(name, ids), planted)
        assert.deepStrictEqual(yield* under(keysOf())(tokens(name, ids)), planted)
      }).pipe(under(keysOf("2026")), Effect.ensuring(Effect.orDie(OutOfBandMigrations.updateDirection(id, "up"))))
    )

    it.effect("does not go down where that is not allowed, and says so among its errors", () =>
      Effect.gen(function* () {
        yield* empty
        const ids = yield* tenUnmigrated(name)
        const runner = yield* runnerOf()
        yield* runner.refresh
        yield* runner.tick(id)
        yield* runner.tick(id)
        yield* OutOfBandMigrations.updateDirection(id, "down")
        yield* runner.refresh
        yield* runner.tick(id)
        const { errors, progress } = yield* stateOf(id)
        assert.strictEqual(progress, 1)
        assert.match(errors[0] ?? "", /^The way down is not allowed: it would store credentials as plain text/)
        assert.strictEqual(yield* requireMigration(name), 0)
        assert.deepStrictEqual(yield* tokens(name, ids), planted)
      }).pipe(under(keysOf("2026")), Effect.ensuring(Effect.orDie(OutOfBandMigrations.updateDirection(id, "up"))))
    )

    it.effect("is not stuck without keys: plain text stops waiting, and stays what it is", () =>
      Effect.gen(function* () {
        yield* empty
        const ids = yield* under(keysOf("2026"))(tenUnmigrated(name))
        yield* Database.use(({ run }) =>
          Effect.forEach(ids.slice(5), (each) =>
            run((db) => db.delete(tableOf(name)).where(eq(tableOf(name).id, each)))
          )
        )
        const runner = yield* runnerOf()
        yield* runner.refresh
        yield* runner.tick(id)
        assert.strictEqual((yield* stateOf(id)).progress, 1)
        assert.deepStrictEqual(yield* tokens(name, ids.slice(0, 5)), planted.slice(0, 5))
        assert.strictEqual((yield* stored(name, ids[0]!)).encryptionKeyId, "")
      }).pipe(under(keysOf()))
    )

    it.effect("passes bad rows by, names them, and leaves nothing else", () =>
      Effect.gen(function* () {
        yield* empty
        const ids = yield* tenUnmigrated(name)
        const bad = { cut: ids[0]!, kind: ids[1]!, foreign: ids[9]! }
        yield* alterStored(name, bad.cut, { credential: Buffer.from('{"Type":"OAuthBearerToken","Auth":{"To PLANTED') })
        yield* alterStored(name, bad.kind, { credential: Buffer.from('{"Type":"Ring","Auth":{"Token":"PLANTED"}}') })
        yield* alterStored(name, bad.foreign, { credential: (yield* stored(name, ids[8]!)).credential })

        const runner = yield* runnerOf()
        yield* runner.refresh
        for (const _ of [1, 2, 3]) yield* runner.tick(id)

        const { errors, progress } = yield* stateOf(id)
        assert.strictEqual(progress, 0.7)
        for (const [row, why] of [
          [bad.cut, "This is no authenticator"],
          [bad.kind, 'no authenticator of kind "Ring"'],
          [bad.foreign, "does not open"]
        ] as const) {
          assert.isTrue(
            errors.some((message) => message.startsWith(`row ${row}: `) && message.includes(why)),
            `${row} ${why}: ${errors.join("\n")}`
          )
        }
        assert.notInclude(errors.join(), "PLANTED")
        assert.strictEqual(yield* requireMigration(name), 3)
        const left = yield* Effect.flip(Stream.runDrain(OutOfBandMigrations.runToCompletion(make(), "up")))
        assert.strictEqual(left._tag, "RowsLeftOver")
        if (left._tag === "RowsLeftOver") {
          assert.sameMembers(
            left.rows.map(({ recordId }) => Number(recordId)),
            Object.values(bad)
          )
        }
      }).pipe(under(keysOf("2026")))
    )

    it.effect("does not call it the rows' fault where the key service is away", () =>
      Effect.gen(function* () {
        yield* empty
        yield* under(keysOf("2026"))(tenUnmigrated(name))
        const away: Keys = {
          ...(yield* keysFromText(keyText("2026"))),
          newDataKey: () => Effect.fail(new KeyServiceFailed({ keyId: "2026", reason: "it is away", retryable: true }))
        }
        yield* Effect.gen(function* () {
          const runner = yield* runnerOf()
          yield* runner.refresh
          yield* runner.tick(id)
        }).pipe(under(Layer.succeed(KeyProvider, { keys: away })))
        const { errors, progress } = yield* stateOf(id)
        assert.strictEqual(progress, 0)
        assert.include(errors[0], "The key service failed for 2026")
        assert.deepStrictEqual((yield* OutOfBandMigrations.leftOver({ id, reverse: false })).count, 0)
      })
    )
  })
}

layer(forge(), { excludeTestServices: true })("migration 2, which adds keys for SSH", (it) => {
  const withoutSsh = Effect.fnUntraced(function* (authenticator: Authenticator) {
    const { id } = yield* create("user_credentials", authenticator)
    yield* alterStored("user_credentials", id, { sshMigrationApplied: false })
    return id
  })

  it.effect("gives a token a key beside what it was, and takes it away again", () =>
    Effect.gen(function* () {
      const runner = yield* runnerOf()
      yield* runner.refresh
      assert.strictEqual((yield* stateOf(2)).progress, 1)
      const id = yield* withoutSsh(token("PLANTED-token"))
      yield* runner.refresh
      assert.strictEqual((yield* stateOf(2)).progress, 0)

      yield* runner.tick(2)

      assert.deepStrictEqual(yield* stateOf(2), { progress: 1, errors: [] })
      const up = yield* open("user_credentials", id)
      assert.strictEqual(up._tag, "OAuthBearerTokenWithSSH")
      if (up._tag !== "OAuthBearerTokenWithSSH") return
      assert.strictEqual(Redacted.value(up.token), "PLANTED-token")
      const key = sshKeyOf(up)!
      assert.match(Redacted.value(key.privateKey), /^-----BEGIN OPENSSH PRIVATE KEY-----\n/)
      assert.isNotEmpty(Redacted.value(key.passphrase))
      assert.match(key.publicKey, /^ssh-ed25519 \S+ drover$/)

      yield* OutOfBandMigrations.updateDirection(2, "down")
      yield* runner.refresh
      yield* runner.tick(2)
      assert.deepStrictEqual(yield* stateOf(2), { progress: 0, errors: [] })
      const down = yield* open("user_credentials", id)
      assert.strictEqual(down._tag === "OAuthBearerToken" && Redacted.value(down.token), "PLANTED-token")
      assert.isFalse((yield* stored("user_credentials", id)).sshMigrationApplied)
    }).pipe(under(keysOf("2026")), Effect.ensuring(Effect.orDie(OutOfBandMigrations.updateDirection(2, "up"))))
  )

  it.effect("gives each a key of its own, marks the kinds that have none, and keeps to its part of the product", () =>
    Effect.gen(function* () {
      yield* empty
      const secret = Redacted.make("PLANTED")
      const basic = yield* withoutSsh({ _tag: "BasicAuth", username: "ada", password: secret })
      const bearer = yield* withoutSsh(token())
      const sudo = yield* withoutSsh({ _tag: "GitLabSudoableToken", token: secret, sudo: "ada" })
      const store = yield* CredentialStore
      const other = yield* store.users.create({ ...(yield* newScope), domain: "elsewhere", authenticator: token() })
      yield* alterStored("user_credentials", other.id, { sshMigrationApplied: false })

      const runner = yield* runnerOf()
      yield* runner.refresh
      yield* runner.tick(2)

      assert.strictEqual((yield* stateOf(2)).progress, 1)
      const [first, second] = [yield* open("user_credentials", basic), yield* open("user_credentials", bearer)]
      assert.deepStrictEqual([first._tag, second._tag], ["BasicAuthWithSSH", "OAuthBearerTokenWithSSH"])
      assert.notStrictEqual(sshKeyOf(first)!.publicKey, sshKeyOf(second)!.publicKey)
      assert.strictEqual((yield* open("user_credentials", sudo))._tag, "GitLabSudoableToken")
      assert.isTrue((yield* stored("user_credentials", sudo)).sshMigrationApplied)
      assert.isFalse((yield* stored("user_credentials", other.id)).sshMigrationApplied)
    }).pipe(under(keysOf("2026")))
  )

  it.effect("keeps plain text that waits for its own migration as it is, and encrypts the rest", () =>
    Effect.gen(function* () {
      yield* empty
      const waiting = yield* withoutSsh(token())
      const marked = { credential: plainOf(token()), encryptionKeyId: "unmigrated" }
      yield* alterStored("user_credentials", waiting, marked)
      const sealed = yield* withoutSsh(token())
      const runner = yield* runnerOf()
      yield* runner.refresh
      yield* runner.tick(2)
      assert.strictEqual((yield* stored("user_credentials", waiting)).encryptionKeyId, "unmigrated")
      assert.strictEqual((yield* stored("user_credentials", sealed)).encryptionKeyId, "2026")
      for (const id of [waiting, sealed]) assert.isDefined(sshKeyOf(yield* open("user_credentials", id)))
    }).pipe(under(keysOf("2026")))
  )

  it.effect("passes by what it cannot read, and names it", () =>
    Effect.gen(function* () {
      yield* empty
      const bad = yield* withoutSsh(token())
      yield* alterStored("user_credentials", bad, { encryptionKeyId: "2019" })
      const good = yield* withoutSsh(token())
      const runner = yield* runnerOf()
      yield* runner.refresh
      yield* runner.tick(2)
      const { errors, progress } = yield* stateOf(2)
      assert.strictEqual(progress, 0.5)
      assert.match(errors[0] ?? "", new RegExp(`^row ${bad}: Key mismatch`))
      assert.isDefined(sshKeyOf(yield* open("user_credentials", good)))
    }).pipe(under(keysOf("2026")))
  )

  it.effect("is registered with the others, five rows a step and five seconds between them", () =>
    Effect.gen(function* () {
      yield* runnerOf()
      const listed = yield* OutOfBandMigrations.list
      assert.deepStrictEqual(
        listed.map(({ component, id }) => [id, component]),
        [
          [10, "credentials"],
          [9, "credentials"],
          [2, "credentials"]
        ]
      )
      assert.deepStrictEqual(
        credentialMigrations().map(({ interval }) => Duration.toMillis(interval)),
        [5000, 5000, 5000]
      )
      assert.strictEqual(addSshKeys.id, 2)
    })
  )
})
