import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Redacted } from "effect"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { randomBytes } from "node:crypto"
import { inspect } from "node:util"
import { decrypt, encrypt, join, split } from "../../src/credentials/encryption/aesGcm.ts"
import { format, parse } from "../../src/credentials/encryption/Envelope.ts"
import { readEnvelope, rewrap, seal, unseal } from "../../src/credentials/encryption/sealing.ts"
import { combineKeys, type Keys, keysFromFile, keysFromText, localKeys } from "../../src/credentials/index.ts"
import { keyText, otherKeyText } from "./support.ts"

const PLACE = "user_credentials:42:credential"
const PLAIN = Redacted.make("PLANTED secret")

const keys = (...ids: ReadonlyArray<string>) => keysFromText(keyText(...ids))

/** Sealed under `2026`, then changed. */
const opened = Effect.fnUntraced(function* (change: (bytes: Uint8Array) => Uint8Array, place = PLACE) {
  const { bytes } = yield* seal(yield* keys("2026"), PLAIN, PLACE)
  return yield* unseal(yield* keys("2026"), yield* readEnvelope(change(Uint8Array.from(bytes)), place), place)
})

describe("an envelope", () => {
  it.effect("gives back what was put into it, and shows none of it", () =>
    Effect.gen(function* () {
      const made = yield* seal(yield* keys("2026", "2025"), PLAIN, PLACE)
      assert.strictEqual(made.keyId, "2026")
      assert.notInclude(Buffer.from(made.bytes).toString("latin1"), "PLANTED")
      const back = yield* unseal(yield* keys("2026"), yield* readEnvelope(made.bytes, PLACE), PLACE)
      assert.strictEqual(Redacted.value(back), "PLANTED secret")
    })
  )

  it.effect("is laid out as it says: version, key id, wrapped data key, nonce of 12, tag of 16, ciphertext", () =>
    Effect.gen(function* () {
      const { bytes } = yield* seal(yield* keys("2026"), PLAIN, PLACE)
      assert.strictEqual(bytes[0], 1)
      assert.strictEqual(Buffer.from(bytes.subarray(1, 7)).toString("latin1"), "\0\u00042026")
      assert.strictEqual(bytes.length, 1 + (2 + 4) + (2 + 12 + 16 + 32) + 12 + 16 + "PLANTED secret".length)
      const envelope = parse(bytes)
      assert.isObject(envelope)
      if (typeof envelope !== "string") assert.deepStrictEqual(Buffer.from(format(envelope)), Buffer.from(bytes))
    })
  )

  it.effect("has a data key and a nonce of its own", () =>
    Effect.gen(function* () {
      const one = yield* seal(yield* keys("2026"), PLAIN, PLACE)
      const other = yield* seal(yield* keys("2026"), PLAIN, PLACE)
      const [first, second] = [parse(one.bytes), parse(other.bytes)]
      if (typeof first === "string" || typeof second === "string") return assert.fail()
      assert.notDeepEqual(first.wrapped, second.wrapped)
      assert.notDeepEqual(first.message.nonce, second.message.nonce)
      // the data key of one opens nothing of the other
      const mixed = yield* Effect.flip(unseal(yield* keys("2026"), { ...first, message: second.message }, PLACE))
      assert.strictEqual(mixed._tag, "DecryptionFailed")
    })
  )

  it.effect("opens with no bit of it flipped", () =>
    Effect.gen(function* () {
      const { bytes } = yield* seal(yield* keys("2026"), PLAIN, PLACE)
      for (let at = 0; at < bytes.length; at++) {
        const changed = Uint8Array.from(bytes)
        changed[at]! ^= 1 << (at % 8)
        const exit = yield* Effect.flip(
          Effect.gen(function* () {
            return yield* unseal(yield* keys("2026"), yield* readEnvelope(changed, PLACE), PLACE)
          })
        )
        assert.include(["EnvelopeInvalid", "KeyMissing", "DecryptionFailed"], exit._tag)
        assert.notInclude(inspect(exit, { depth: 9, showHidden: true }) + exit.message, "PLANTED")
      }
    })
  )

  it.effect("opens with none of its ends cut, however short the tag that is left", () =>
    Effect.gen(function* () {
      const length = (yield* seal(yield* keys("2026"), PLAIN, PLACE)).bytes.length
      for (let kept = 0; kept < length; kept++) {
        const error = yield* Effect.flip(opened((bytes) => bytes.subarray(0, kept)))
        assert.include(["EnvelopeInvalid", "DecryptionFailed"], error._tag)
      }
    })
  )

  for (const [why, text] of [
    ["nothing", ""],
    ["another version", "\u0002abc"],
    ["plain text", '{"Type":"BasicAuth"}']
  ] as const) {
    it.effect(`is not ${why}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(readEnvelope(Buffer.from(text), PLACE))
        assert.strictEqual(error._tag, "EnvelopeInvalid")
        assert.include(error.message, PLACE)
      })
    )
  }

  it.effect("opens in no other row, table or column", () =>
    Effect.gen(function* () {
      for (const place of [
        "user_credentials:43:credential",
        "site_credentials:42:credential",
        "user_credentials:42:x"
      ]) {
        const error = yield* Effect.flip(opened((bytes) => bytes, place))
        assert.deepInclude(error, { _tag: "DecryptionFailed", place, keyId: "2026" })
      }
    })
  )

  it.effect("is bound to its place twice: by its data key, and by what that encrypts", () =>
    Effect.gen(function* () {
      const real = yield* keys("2026")
      const { bytes } = yield* seal(real, PLAIN, PLACE)
      const envelope = yield* readEnvelope(bytes, PLACE)
      const unwrapped = yield* Effect.flip(real.unwrap(envelope, "user_credentials:43:credential"))
      assert.strictEqual(unwrapped._tag, "DecryptionFailed")
      // a provider that does not look at places
      const lax: Keys = { ...real, unwrap: (wrapped) => real.unwrap(wrapped, PLACE) }
      const error = yield* Effect.flip(unseal(lax, envelope, "user_credentials:43:credential"))
      assert.strictEqual(error._tag, "DecryptionFailed")
      assert.strictEqual(Redacted.value(yield* unseal(lax, envelope, PLACE)), "PLANTED secret")
    })
  )

  it.effect("does not open with another key under the same id, nor without its key", () =>
    Effect.gen(function* () {
      const { bytes } = yield* seal(yield* keys("2026"), PLAIN, PLACE)
      const envelope = yield* readEnvelope(bytes, PLACE)
      const wrong = yield* Effect.flip(unseal(yield* keysFromText(otherKeyText("2026")), envelope, PLACE))
      assert.strictEqual(wrong._tag, "DecryptionFailed")
      const missing = yield* Effect.flip(unseal(yield* keys("2025"), envelope, PLACE))
      assert.deepInclude(missing, { _tag: "KeyMissing", keyId: "2026" })
      assert.include(missing.message, "none of 2025: add it to the keys")
    })
  )

  it.effect("comes under another key without a change of what it holds", () =>
    Effect.gen(function* () {
      const { bytes } = yield* seal(yield* keys("2025"), PLAIN, PLACE)
      const before = yield* readEnvelope(bytes, PLACE)
      const moved = yield* rewrap(yield* keys("2026", "2025"), before, PLACE)
      const after = yield* readEnvelope(moved.bytes, PLACE)
      assert.strictEqual(moved.keyId, "2026")
      assert.deepStrictEqual(after.message, before.message)
      assert.notDeepEqual(after.wrapped, before.wrapped)
      assert.strictEqual(Redacted.value(yield* unseal(yield* keys("2026"), after, PLACE)), "PLANTED secret")
    })
  )
})

describe("AES-256-GCM", () => {
  it("takes no tag but one of 16 bytes", () => {
    const key = randomBytes(32)
    const message = encrypt(key, Buffer.from("PLANTED"), "place")
    for (const length of [0, 4, 8, 12, 13, 14, 15]) {
      assert.isUndefined(decrypt(key, { ...message, tag: message.tag.subarray(0, length) }, "place"))
    }
    assert.isUndefined(split(join(message).subarray(0, 27)))
    assert.strictEqual(Buffer.from(decrypt(key, message, "place")!).toString(), "PLANTED")
  })
})

describe("keys", () => {
  const valid = `2026 ${randomBytes(32).toString("base64")}`
  it.effect("are read from lines, or with commas between them, the first of them current", () =>
    Effect.gen(function* () {
      const other = `2025=${randomBytes(32).toString("base64")}`
      for (const text of [`# current\n${valid}\n\n  ${other}\n`, `${valid},${other}`]) {
        const read = yield* keysFromText(Redacted.make(text))
        assert.deepStrictEqual([read.currentKeyId, read.keyIds], ["2026", ["2026", "2025"]])
      }
    })
  )

  for (const [why, text, reason] of [
    ["none", "\n# nothing\n", "there is none"],
    ["two of one id", `${valid}\n${valid}`, "two have one id"],
    ["a marker", valid.replace("2026", "unmigrated"), '"unmigrated" is no name for a key'],
    ["the other marker", valid.replace("2026", "previously-migrated"), "is no name for a key"],
    ["24 bytes", `2026 ${Buffer.from("PLANTED-PLANTED-PLANTED!").toString("base64")}`, "line 1 is not an id"],
    ["no base64", `${valid}\n2025 PLANTED`, "line 2 is not an id"]
  ] as const) {
    it.effect(`are not ${why}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(keysFromText(Redacted.make(text)))
        assert.strictEqual(error._tag, "KeysInvalid")
        assert.include(error.message, reason)
        assert.notMatch(inspect(error, { depth: 9 }), /PLANTED|UExBTlRFRC/)
      })
    )
  }

  it("have 32 bytes each", () => {
    const result = localKeys([{ id: "short", key: Redacted.make(randomBytes(16)) }])
    assert.include(inspect(result), "short does not have 32 bytes")
  })

  it.effect("are read from a file, and one that is not there is named", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const folder = yield* files.makeTempDirectoryScoped()
      yield* files.writeFileString(`${folder}/keys`, `${valid}\n`)
      assert.strictEqual((yield* keysFromFile(`${folder}/keys`)).currentKeyId, "2026")
      const error = yield* Effect.flip(keysFromFile(`${folder}/none`))
      assert.include(error.message, `${folder}/none cannot be read`)
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("of two providers open what either wrapped, and the first wraps", () =>
    Effect.gen(function* () {
      const old = yield* seal(yield* keys("2025"), PLAIN, PLACE)
      const both = combineKeys(yield* keys("2026"), yield* keys("2025"))
      const envelope = yield* readEnvelope(old.bytes, PLACE)
      assert.strictEqual(Redacted.value(yield* unseal(both, envelope, PLACE)), "PLANTED secret")
      assert.strictEqual((yield* rewrap(both, envelope, PLACE)).keyId, "2026")
      const third = yield* seal(yield* keys("2024"), PLAIN, PLACE)
      const missing = yield* Effect.flip(unseal(both, yield* readEnvelope(third.bytes, PLACE), PLACE))
      assert.deepInclude(missing, { _tag: "KeyMissing", keyId: "2024" })
    })
  )
})
