/**
 * An encrypted value as it is stored, in bytes:
 *
 * `version 1 (1) | length (2) | key id | length (2) | wrapped data key | nonce (12) | tag (16) | ciphertext`
 *
 * The data key is this value's alone, and wrapped by the key that the id names: a change of that key rewrites only what
 * stands in front of the nonce. Lengths are big-endian. Pure.
 */
import { type GcmMessage, join, split } from "./aesGcm.ts"

const VERSION = 1

/** @category models */
export interface WrappedKey {
  /** The key that wraps. */
  readonly keyId: string
  readonly wrapped: Uint8Array
}

/** @category models */
export interface Envelope extends WrappedKey {
  readonly message: GcmMessage
}

export const format = ({ keyId, message, wrapped }: Envelope): Uint8Array =>
  Buffer.concat([Uint8Array.of(VERSION), prefixed(Buffer.from(keyId)), prefixed(wrapped), join(message)])

const prefixed = (bytes: Uint8Array): Uint8Array => {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(bytes.length)
  return Buffer.concat([length, bytes])
}

/** The envelope, or why it is none. */
export const parse = (bytes: Uint8Array): Envelope | string => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (buffer.length === 0) return "it is empty"
  if (buffer[0] !== VERSION) return `its version is ${buffer[0]}, and this release reads ${VERSION}`
  const keyId = read(buffer, 1)
  if (keyId === undefined) return "it ends within the key's id"
  const wrapped = read(buffer, keyId.end)
  if (wrapped === undefined) return "it ends within the data key"
  const message = split(buffer.subarray(wrapped.end))
  if (message === undefined) return "its tag is shorter than 16 bytes"
  return { keyId: keyId.bytes.toString("utf8"), wrapped: wrapped.bytes, message }
}

const read = (buffer: Buffer, at: number): { readonly bytes: Buffer; readonly end: number } | undefined => {
  if (buffer.length < at + 2) return undefined
  const end = at + 2 + buffer.readUInt16BE(at)
  return end > buffer.length ? undefined : { bytes: buffer.subarray(at + 2, end), end }
}
