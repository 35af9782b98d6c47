/**
 * Keys that AWS KMS keeps: data keys are made, wrapped and opened there, and only they ever come here.
 */
import {
  DecryptCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
  type KMSClientConfig
} from "@aws-sdk/client-kms"
import { Effect, Layer, Redacted, type Scope } from "effect"
import { DecryptionFailed, KeyMissing, KeyServiceFailed, KeysInvalid } from "../encryption/EncryptionError.ts"
import { isKeyRefusal, isUnopened, reasonOf } from "./awsKmsError.ts"
import { type Keys, KeyProvider } from "./KeyProvider.ts"

/** @category options */
export interface AwsKmsOptions {
  /**
   * The ARN of the key that wraps from now on. No alias: which key that is could change, and rows would not tell. Its
   * policy must let the process `kms:GenerateDataKey`, `kms:Encrypt` (for rotation) and `kms:Decrypt`.
   */
  readonly keyArn: string
  /** ARNs of keys that wrapped before; `kms:Decrypt` is enough for them. Nothing is sent to any other. Defaults to none. */
  readonly previousKeyArns?: ReadonlyArray<string> | undefined
  /** Region, endpoint and credentials, as the SDK takes them. Defaults to the SDK's own search for them. */
  readonly client?: KMSClientConfig | undefined
}

const isArn = (text: string): boolean => /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(text)

/** @category constructors */
export const awsKmsKeys = Effect.fnUntraced(function* ({
  client: config = {},
  keyArn,
  previousKeyArns = []
}: AwsKmsOptions): Effect.fn.Return<Keys, KeysInvalid, Scope.Scope> {
  const keyIds = [keyArn, ...previousKeyArns]
  const other = keyIds.find((each) => !isArn(each))
  if (other !== undefined) {
    return yield* new KeysInvalid({
      reason: `${JSON.stringify(other)} is not the ARN of a KMS key (arn:aws:kms:…:key/…)`
    })
  }
  const client = yield* Effect.acquireRelease(
    Effect.sync(() => new KMSClient(config)),
    (opened) => Effect.sync(() => opened.destroy())
  )
  const call = <A>(keyId: string, send: (abortSignal: AbortSignal) => Promise<A>) =>
    // the SDK's error holds the request, and that may hold a data key: only its name and message go on
    Effect.tryPromise({ try: send, catch: (thrown) => ({ keyId, thrown }) })
  const failed = ({ keyId, thrown }: { readonly keyId: string; readonly thrown: unknown }) =>
    new KeyServiceFailed({ keyId, reason: reasonOf(thrown), retryable: !isKeyRefusal(thrown) })
  const given = (keyId: string, field: string, bytes: Uint8Array | undefined) =>
    bytes === undefined
      ? Effect.fail(new KeyServiceFailed({ keyId, reason: `it answered without ${field}`, retryable: true }))
      : Effect.succeed(bytes)

  return {
    currentKeyId: keyArn,
    keyIds,
    newDataKey: Effect.fnUntraced(function* (place) {
      const command = new GenerateDataKeyCommand({ KeyId: keyArn, KeySpec: "AES_256", EncryptionContext: { place } })
      const made = yield* call(keyArn, (abortSignal) => client.send(command, { abortSignal })).pipe(
        Effect.mapError(failed)
      )
      const key = Redacted.make(yield* given(keyArn, "Plaintext", made.Plaintext), { label: "data key" })
      return { key, keyId: keyArn, wrapped: yield* given(keyArn, "CiphertextBlob", made.CiphertextBlob) }
    }),
    wrap: Effect.fnUntraced(function* (key, place) {
      const command = new EncryptCommand({
        KeyId: keyArn,
        Plaintext: Redacted.value(key),
        EncryptionContext: { place }
      })
      const made = yield* call(keyArn, (abortSignal) => client.send(command, { abortSignal })).pipe(
        Effect.mapError(failed)
      )
      return { keyId: keyArn, wrapped: yield* given(keyArn, "CiphertextBlob", made.CiphertextBlob) }
    }),
    unwrap: Effect.fnUntraced(function* ({ keyId, wrapped }, place) {
      if (!keyIds.includes(keyId)) return yield* new KeyMissing({ place, keyId, known: keyIds })
      const command = new DecryptCommand({ KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: { place } })
      const opened = yield* call(keyId, (abortSignal) => client.send(command, { abortSignal })).pipe(
        Effect.mapError((error) => (isUnopened(error.thrown) ? new DecryptionFailed({ place, keyId }) : failed(error)))
      )
      return Redacted.make(yield* given(keyId, "Plaintext", opened.Plaintext), { label: "data key" })
    })
  }
})

/** @category layers */
export const layerAwsKms = (options: AwsKmsOptions): Layer.Layer<KeyProvider, KeysInvalid> =>
  Layer.effect(
    KeyProvider,
    Effect.map(awsKmsKeys(options), (keys) => ({ keys }))
  )
