/**
 * Keys that the process holds itself: from its environment, or from a file that is mounted for it.
 */
import { Effect, FileSystem, Redacted, Result } from "effect"
import { randomBytes } from "node:crypto"
import { keyMarkers } from "../../schema/credentials.ts"
import { decrypt, encrypt, join, KEY_BYTES, split } from "../encryption/aesGcm.ts"
import { DecryptionFailed, KeyMissing, KeysInvalid } from "../encryption/EncryptionError.ts"
import { type Keys, layerOf } from "./KeyProvider.ts"
import { type LocalKey, parseKeys } from "./parseKeys.ts"

/** The first is current. @category constructors */
export const localKeys = (all: ReadonlyArray<LocalKey>): Result.Result<Keys, KeysInvalid> => {
  const [current] = all
  if (current === undefined) return invalid("there is none. Say so with `noKeys` where that is meant")
  const byId = new Map(all.map(({ id, key }) => [id, key]))
  if (byId.size < all.length) return invalid("two have one id")
  const marker = Object.values(keyMarkers).find((each) => byId.has(each))
  if (marker !== undefined) return invalid(`${JSON.stringify(marker)} is no name for a key`)
  const short = all.find(({ key }) => Redacted.value(key).length !== KEY_BYTES)
  if (short !== undefined) return invalid(`${short.id} does not have ${KEY_BYTES} bytes`)

  const wrap: Keys["wrap"] = (key, place) =>
    Effect.sync(() => ({
      keyId: current.id,
      wrapped: join(encrypt(Redacted.value(current.key), Redacted.value(key), associated(current.id, place)))
    }))
  return Result.succeed({
    currentKeyId: current.id,
    keyIds: [...byId.keys()],
    wrap,
    newDataKey: (place) =>
      Effect.suspend(() => {
        const key = Redacted.make<Uint8Array>(randomBytes(KEY_BYTES), { label: "data key" })
        return Effect.map(wrap(key, place), (wrapped) => ({ ...wrapped, key }))
      }),
    unwrap: Effect.fnUntraced(function* ({ keyId, wrapped }, place) {
      const key = byId.get(keyId)
      if (key === undefined) return yield* new KeyMissing({ place, keyId, known: [...byId.keys()] })
      const message = split(wrapped)
      const opened = message && decrypt(Redacted.value(key), message, associated(keyId, place))
      if (opened?.length !== KEY_BYTES) return yield* new DecryptionFailed({ place, keyId })
      return Redacted.make(opened, { label: "data key" })
    })
  })
}

/** A data key opens under the id that it was wrapped under, and for its place alone. */
const associated = (keyId: string, place: string): string => JSON.stringify(["data key", keyId, place])

const invalid = (reason: string) => Result.fail(new KeysInvalid({ reason }))

/** From text such as an environment variable's; see `parseKeys`. @category constructors */
export const keysFromText = (text: Redacted.Redacted): Effect.Effect<Keys, KeysInvalid> =>
  Effect.fromResult(Result.flatMap(parseKeys(text), localKeys))

/** From a file of lines; see `parseKeys`. @category constructors */
export const keysFromFile = (path: string): Effect.Effect<Keys, KeysInvalid, FileSystem.FileSystem> =>
  Effect.flatMap(FileSystem.FileSystem, (files) => files.readFileString(path)).pipe(
    Effect.mapError((error) => new KeysInvalid({ reason: `the file ${path} cannot be read: ${error.reason._tag}` })),
    Effect.flatMap((text) => keysFromText(Redacted.make(text)))
  )

/** @category layers */
export const layerFromText = (text: Redacted.Redacted) => layerOf(keysFromText(text))

/** @category layers */
export const layerFromFile = (path: string) => layerOf(keysFromFile(path))
