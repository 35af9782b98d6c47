/**
 * The keys that a program's settings name.
 */
import { Effect, type FileSystem, Layer, type Scope } from "effect"
import { KeysInvalid } from "../encryption/EncryptionError.ts"
import type { AwsKmsOptions } from "./awsKms.ts"
import { chooseKeys } from "./chooseKeys.ts"
import { combineKeys, decryptOnly, KeyProvider, type Keys } from "./KeyProvider.ts"
import type { KeySettings } from "./keySettings.ts"
import { keysFromFile, keysFromText } from "./localKeys.ts"

type MakeKeys = Effect.Effect<Keys | undefined, KeysInvalid, FileSystem.FileSystem | Scope.Scope>

const current = (settings: KeySettings): MakeKeys => {
  if (settings.text !== undefined) return keysFromText(settings.text)
  if (settings.file !== undefined) return keysFromFile(settings.file)
  return settings.awsKmsKey === undefined ? Effect.undefined : kms({ keyArn: settings.awsKmsKey })
}

const previous = Effect.fnUntraced(function* ({ previousAwsKmsKeys, previousFile }: KeySettings) {
  const [keyArn, ...previousKeyArns] = previousAwsKmsKeys
  return [
    ...(previousFile === undefined ? [] : [yield* keysFromFile(previousFile)]),
    ...(keyArn === undefined ? [] : [yield* kms({ keyArn, previousKeyArns })])
  ]
})

/** Most programs have no use for it, and its client takes long to load. */
const kms = (options: AwsKmsOptions) =>
  Effect.flatMap(
    Effect.promise(() => import("./awsKms.ts")),
    ({ awsKmsKeys }) => awsKmsKeys(options)
  )

/**
 * Fails where the settings contradict one another, or what they name are no keys. Where nothing is set, what is plain
 * text can be read, and nothing can be written: `KeysUndecided`.
 *
 * @category layers
 */
export const layerFromSettings = (
  settings: KeySettings
): Layer.Layer<KeyProvider, KeysInvalid, FileSystem.FileSystem> =>
  Layer.effect(
    KeyProvider,
    Effect.gen(function* () {
      const choice = yield* Effect.fromResult(chooseKeys(settings))
      const first = yield* current(settings)
      if (first === undefined) return { keys: undefined, undecided: choice === "Undecided" }
      const others = yield* previous(settings)
      const twice = others.flatMap(({ keyIds }) => keyIds).find((id) => first.keyIds.includes(id))
      if (twice !== undefined) {
        return yield* new KeysInvalid({ reason: `${twice} is among the current keys and the previous ones` })
      }
      const keys = combineKeys(first, ...others)
      return { keys: settings.allowDecryption ? decryptOnly(keys) : keys }
    })
  )
