/**
 * The keys that wrap data keys: where they are, and which is current. They never leave the provider.
 */
import { Context, Effect, Layer, type Redacted } from "effect"
import type { WrappedKey } from "../encryption/Envelope.ts"
import {
  type DecryptionFailed,
  KeyMissing,
  type KeyServiceFailed,
  KeysUndecided
} from "../encryption/EncryptionError.ts"

/**
 * Which value a data key is for: `user_credentials:42:credential`. A key that was wrapped for one opens for no other.
 *
 * @category models
 */
export type Place = string

/** @category models */
export interface DataKey extends WrappedKey {
  /** 32 bytes. */
  readonly key: Redacted.Redacted<Uint8Array>
}

/** @category models */
export interface Keys {
  /** Wraps everything that is written from now on. */
  readonly currentKeyId: string
  /** All that this provider has, the current one first. */
  readonly keyIds: ReadonlyArray<string>
  /** True: what is written is plain text from now on, and these keys only read. Defaults to false. */
  readonly decryptOnly?: boolean | undefined
  /** A new data key, wrapped by the current key. */
  readonly newDataKey: (place: Place) => Effect.Effect<DataKey, KeyServiceFailed>
  /** Wraps a data key by the current key. */
  readonly wrap: (key: Redacted.Redacted<Uint8Array>, place: Place) => Effect.Effect<WrappedKey, KeyServiceFailed>
  readonly unwrap: (
    wrapped: WrappedKey,
    place: Place
  ) => Effect.Effect<Redacted.Redacted<Uint8Array>, KeyMissing | DecryptionFailed | KeyServiceFailed>
}

/**
 * What a credential store is built with. There is no default: a program says `noKeys`, or which.
 *
 * @category services
 */
export class KeyProvider extends Context.Service<
  KeyProvider,
  {
    /** Undefined: credentials are written as plain text, and encrypted ones cannot be read. */
    readonly keys: Keys | undefined
    /** True: nobody has said so, nor otherwise. Nothing is written: `KeysUndecided`. Defaults to false. */
    readonly undecided?: boolean | undefined
  }
>()("@drover/handlers/credentials/KeyProvider") {}

/** Says that credentials are not encrypted. @category layers */
export const noKeys: Layer.Layer<KeyProvider> = Layer.succeed(KeyProvider, { keys: undefined })

/** Nobody has said anything: plain text can be read, and nothing written. @category layers */
export const keysUndecided: Layer.Layer<KeyProvider> = Layer.succeed(KeyProvider, { keys: undefined, undecided: true })

/** In front of everything that writes: fails where nobody has said which keys. @category commands */
export const decided: Effect.Effect<void, KeysUndecided, KeyProvider> = Effect.flatMap(KeyProvider, ({ undecided }) =>
  undecided === true ? Effect.fail(new KeysUndecided()) : Effect.void
)

/** Encrypts by the current key of the first, and reads what any of them wrapped: for the move from one to another. @category constructors */
export const combineKeys = (current: Keys, ...others: ReadonlyArray<Keys>): Keys => {
  const all = [current, ...others]
  const keyIds = all.flatMap((each) => each.keyIds)
  return {
    ...current,
    keyIds,
    unwrap: (wrapped, place) => {
      const owner = all.find((each) => each.keyIds.includes(wrapped.keyId))
      return owner === undefined
        ? Effect.fail(new KeyMissing({ place, keyId: wrapped.keyId, known: keyIds }))
        : owner.unwrap(wrapped, place)
    }
  }
}

/**
 * For the way back to a release without encryption: new credentials are plain text, so that nothing is encrypted behind
 * the back of the migrations that decrypt.
 *
 * @category constructors
 */
export const decryptOnly = (keys: Keys): Keys => ({ ...keys, decryptOnly: true })

/** @category layers */
export const layerOf = <E, R>(keys: Effect.Effect<Keys, E, R>): Layer.Layer<KeyProvider, E, R> =>
  Layer.effect(
    KeyProvider,
    Effect.map(keys, (made) => ({ keys: made }))
  )
