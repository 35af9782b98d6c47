import { OutOfBandMigrations } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { Duration, Effect, Redacted } from "effect"
import {
  addSshKeys,
  type Authenticator,
  credentialMigrations,
  CredentialStore,
  sshKeyOf
} from "../../src/credentials/index.ts"
import { forge } from "../support.ts"
import { create, empty, open, plainOf, runnerOf, stateOf } from "./migrating.ts"
import { alterStored, keysOf, newScope, stored, token, under } from "./support.ts"

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
