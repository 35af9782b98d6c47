/**
 * AES-256-GCM with a nonce of its own for every message. Pure, but for the randomness of the nonce.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"

export const NONCE_BYTES = 12
/** Given to node at every call: without it a shorter tag would be taken, and one of 4 bytes can be guessed. */
export const TAG_BYTES = 16
/** Of every key. */
export const KEY_BYTES = 32

export interface GcmMessage {
  readonly nonce: Uint8Array
  readonly tag: Uint8Array
  readonly ciphertext: Uint8Array
}

/** @param associated is authenticated with the message, and not part of it */
export const encrypt = (key: Uint8Array, plaintext: Uint8Array, associated: string): GcmMessage => {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(associated))
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return { nonce, tag: cipher.getAuthTag(), ciphertext }
}

/** Undefined: the key, the message or what is associated with it is not that of the encryption. */
export const decrypt = (key: Uint8Array, message: GcmMessage, associated: string): Uint8Array | undefined => {
  if (message.nonce.length !== NONCE_BYTES || message.tag.length !== TAG_BYTES) return undefined
  const decipher = createDecipheriv("aes-256-gcm", key, message.nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(associated))
  decipher.setAuthTag(message.tag)
  // nothing is given away before the tag is checked
  const plaintext = decipher.update(message.ciphertext)
  try {
    return Buffer.concat([plaintext, decipher.final()])
  } catch {
    plaintext.fill(0)
    return undefined
  }
}

/** In one piece: nonce, tag, ciphertext. */
export const join = ({ ciphertext, nonce, tag }: GcmMessage): Uint8Array => Buffer.concat([nonce, tag, ciphertext])

/** Undefined: too short to be one. */
export const split = (bytes: Uint8Array): GcmMessage | undefined =>
  bytes.length < NONCE_BYTES + TAG_BYTES
    ? undefined
    : {
        nonce: bytes.subarray(0, NONCE_BYTES),
        tag: bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES),
        ciphertext: bytes.subarray(NONCE_BYTES + TAG_BYTES)
      }
