import { Database, OutOfBandMigrations } from "@drover/core"
import { assert, layer } from "@effect/vitest"
import { eq } from "drizzle-orm"
import { Effect, Layer, Stream } from "effect"
import { tableOf } from "../../src/credentials/credentialTables.ts"
import {
  encryptSiteCredentials,
  encryptUserCredentials,
  type Keys,
  keysFromText,
  KeyProvider,
  KeyServiceFailed
} from "../../src/credentials/index.ts"
import { forge } from "../support.ts"
import { empty, planted, requireMigration, runnerOf, stateOf, tenUnmigrated, tokens } from "./migrating.ts"
import { alterStored, keysOf, keyText, stored, under } from "./support.ts"

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
