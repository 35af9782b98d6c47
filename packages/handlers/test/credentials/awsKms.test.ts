import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { inspect } from "node:util"
import { format } from "../../src/credentials/encryption/Envelope.ts"
import { readEnvelope, rewrap, seal, unseal } from "../../src/credentials/encryption/sealing.ts"
import { combineKeys, type KeyServiceFailed, keysFromText } from "../../src/credentials/index.ts"
import { awsKmsKeys } from "../../src/credentials/keys/awsKms.ts"
import { arn, type KmsServer, kmsServer } from "./kmsServer.ts"
import { keyText } from "./support.ts"

const PLACE = "site_credentials:1:credential"
const PLAIN = Redacted.make("PLANTED secret")

const keysAt = ({ url }: Pick<KmsServer, "url">, current: string, ...previous: ReadonlyArray<string>) =>
  awsKmsKeys({
    keyArn: arn(current),
    previousKeyArns: previous.map(arn),
    client: {
      endpoint: url,
      region: "eu-central-1",
      maxAttempts: 1,
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "PLANTED-aws-secret" }
    }
  })

describe("keys that AWS KMS keeps", () => {
  it.effect("wrap a data key for each value, bound to its place, and open it again", () =>
    Effect.gen(function* () {
      const server = yield* kmsServer("one")
      const keys = yield* keysAt(server, "one")
      const { bytes, keyId } = yield* seal(keys, PLAIN, PLACE)
      const envelope = yield* readEnvelope(bytes, PLACE)

      assert.strictEqual(keyId, arn("one"))
      assert.strictEqual(Redacted.value(yield* unseal(keys, envelope, PLACE)), "PLANTED secret")
      assert.deepStrictEqual(server.asked, [`GenerateDataKey ${arn("one")}`, `Decrypt ${arn("one")}`])
      assert.match(server.signed[0] ?? "", /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d+\/eu-central-1\/kms\//)
      const elsewhere = yield* Effect.flip(unseal(keys, envelope, "site_credentials:2:credential"))
      assert.deepInclude(elsewhere, { _tag: "DecryptionFailed", keyId: arn("one") })
      const flipped = Uint8Array.from(envelope.wrapped)
      flipped[20]! ^= 1
      const changed = yield* readEnvelope(format({ ...envelope, wrapped: flipped }), PLACE)
      assert.strictEqual((yield* Effect.flip(unseal(keys, changed, PLACE)))._tag, "DecryptionFailed")
    })
  )

  it.effect("rotate: what an earlier one wrapped comes under the current one, its value untouched", () =>
    Effect.gen(function* () {
      const server = yield* kmsServer("one", "two")
      const before = yield* readEnvelope((yield* seal(yield* keysAt(server, "one"), PLAIN, PLACE)).bytes, PLACE)
      const moved = yield* rewrap(yield* keysAt(server, "two", "one"), before, PLACE)
      const after = yield* readEnvelope(moved.bytes, PLACE)
      assert.strictEqual(after.keyId, arn("two"))
      assert.deepStrictEqual(after.message, before.message)
      assert.strictEqual(Redacted.value(yield* unseal(yield* keysAt(server, "two"), after, PLACE)), "PLANTED secret")
    })
  )

  it.effect("take over from keys that the process held itself", () =>
    Effect.gen(function* () {
      const server = yield* kmsServer("one")
      const local = yield* keysFromText(keyText("2026"))
      const envelope = yield* readEnvelope((yield* seal(local, PLAIN, PLACE)).bytes, PLACE)
      const moved = yield* rewrap(combineKeys(yield* keysAt(server, "one"), local), envelope, PLACE)
      assert.strictEqual(moved.keyId, arn("one"))
      assert.deepStrictEqual(server.asked, [`Encrypt ${arn("one")}`])
    })
  )

  it.effect("are asked for nothing that another key wrapped", () =>
    Effect.gen(function* () {
      const server = yield* kmsServer("one", "foreign")
      const { bytes } = yield* seal(yield* keysAt(server, "foreign"), PLAIN, PLACE)
      const before = server.asked.length
      const envelope = yield* readEnvelope(bytes, PLACE)
      const error = yield* Effect.flip(unseal(yield* keysAt(server, "one"), envelope, PLACE))
      assert.deepInclude(error, { _tag: "KeyMissing", keyId: arn("foreign") })
      assert.lengthOf(server.asked, before)
    })
  )

  for (const [type, status, retryable] of [
    ["ThrottlingException", 400, true],
    ["KMSInternalException", 500, true],
    ["DependencyTimeoutException", 503, true],
    ["NotFoundException", 400, false],
    ["AccessDeniedException", 400, false],
    ["DisabledException", 400, false],
    ["KMSInvalidStateException", 400, false]
  ] as const) {
    it.effect(`${retryable ? "may answer later" : "will not answer"} after ${type}, and the error shows nothing`, () =>
      Effect.gen(function* () {
        const server = yield* kmsServer("one")
        const keys = yield* keysAt(server, "one")
        const made = yield* keys.newDataKey(PLACE)
        server.fail = { status, type }
        for (const asked of [keys.newDataKey(PLACE), keys.wrap(made.key, PLACE), keys.unwrap(made, PLACE)]) {
          const error = yield* Effect.flip(asked as Effect.Effect<unknown, KeyServiceFailed>)
          assert.deepInclude(error, { _tag: "KeyServiceFailed", keyId: arn("one"), retryable })
          assert.include(error.message, `${type}: it says no`)
          const printed = inspect(error, { depth: 20, showHidden: true })
          for (const secret of ["PLANTED", ...server.dataKeys]) assert.notInclude(printed, secret)
        }
      })
    )
  }

  it.effect("may answer later where nobody listens", () =>
    Effect.gen(function* () {
      const gone = yield* Effect.scoped(kmsServer("one"))
      const error = yield* Effect.flip((yield* keysAt(gone, "one")).newDataKey(PLACE))
      assert.deepInclude(error, { _tag: "KeyServiceFailed", retryable: true })
      assert.include(error.message, "ECONNREFUSED")
    })
  )

  for (const keyArn of ["alias/drover", "arn:aws:kms:eu-central-1:123456789012:alias/drover", ""]) {
    it.effect(`are not called ${JSON.stringify(keyArn)}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(awsKmsKeys({ keyArn }))
        assert.include(error.message, "is not the ARN of a KMS key")
      })
    )
  }
})
