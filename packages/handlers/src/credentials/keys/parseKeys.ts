/**
 * Keys as text: `id base64` on a line each (or `id=base64`, with commas between them, where lines are hard to write),
 * the current one first. Blank lines, and lines that begin with `#`, say nothing. Pure.
 */
import { Redacted, Result } from "effect"
import { KEY_BYTES } from "../encryption/aesGcm.ts"
import { KeysInvalid } from "../encryption/EncryptionError.ts"

/** @category models */
export interface LocalKey {
  /** Written beside everything that it wraps: given once, to one key, for ever. */
  readonly id: string
  /** 32 bytes. */
  readonly key: Redacted.Redacted<Uint8Array>
}

/** Fails with the line's number and what is wrong with it, never with the line. @category constructors */
export const parseKeys = (text: Redacted.Redacted): Result.Result<ReadonlyArray<LocalKey>, KeysInvalid> => {
  const keys: Array<LocalKey> = []
  for (const [at, line] of Redacted.value(text)
    .split(/[\n,]/)
    .map((each) => each.trim())
    .entries()) {
    if (line === "" || line.startsWith("#")) continue
    const match = /^([\w.-]{1,100})(?:\s+|=)([A-Za-z0-9+/]{43}=)$/.exec(line)
    const [, id, base64] = match ?? []
    if (id === undefined || base64 === undefined) {
      const reason = `line ${at + 1} is not an id (letters, digits, dots, dashes, underscores) and ${KEY_BYTES} bytes in base64, as \`openssl rand -base64 32\` gives them`
      return Result.fail(new KeysInvalid({ reason }))
    }
    keys.push({ id, key: Redacted.make(Buffer.from(base64, "base64"), { label: "key" }) })
  }
  return Result.succeed(keys)
}
