/**
 * What receivers check a delivery by. Pure.
 *
 * A secret is plain text, or a key of Standard Webhooks: `whsec_` and base64. Several such keys, with spaces between
 * them, sign side by side, so that a secret is changed without a delivery lost: the new one first, the old one until
 * every receiver knows the new one.
 */
import { createHmac } from "node:crypto"

const PREFIX = "whsec_"

/** Keys are shorter or longer than this nowhere. In bytes. */
const SHORTEST_KEY = 24
const LONGEST_KEY = 64

export interface Signed {
  readonly id: string
  /** Seconds of Unix time. */
  readonly timestamp: number
  /** The exact bytes that are sent. */
  readonly body: Uint8Array
}

/** The headers of Standard Webhooks (`webhook-signature`) and of GitHub (`X-Hub-Signature-256`). */
export const signatures = (secret: string, { body, id, timestamp }: Signed): Readonly<Record<string, string>> => {
  const texts = textsOf(secret)
  const signed = texts.map((text) => {
    const hmac = createHmac("sha256", keyOf(text)).update(`${id}.${timestamp}.`).update(body)
    return `v1,${hmac.digest("base64")}`
  })
  // GitHub's takes the secret as it is written
  const hub = (algorithm: string) => `${algorithm}=${createHmac(algorithm, texts[0]!).update(body).digest("hex")}`
  return {
    "webhook-signature": signed.join(" "),
    "X-Hub-Signature-256": hub("sha256"),
    "X-Hub-Signature": hub("sha1")
  }
}

/** What is wrong with a secret; undefined when it can sign. */
export const secretFault = (secret: string): string | undefined => {
  if (secret === "") return "must not be empty: leave it out to send unsigned"
  if (!secret.startsWith(PREFIX)) return undefined
  for (const text of secret.trim().split(/\s+/)) {
    const encoded = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : ""
    const { byteLength } = Buffer.from(encoded, "base64")
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded) || byteLength < SHORTEST_KEY || byteLength > LONGEST_KEY) {
      return `that begins with ${PREFIX} must be keys of ${SHORTEST_KEY} to ${LONGEST_KEY} bytes in base64, each after ${PREFIX}, with spaces between them`
    }
  }
  return undefined
}

const textsOf = (secret: string): ReadonlyArray<string> =>
  secret.startsWith(PREFIX) ? secret.trim().split(/\s+/) : [secret]

const keyOf = (text: string): Buffer =>
  text.startsWith(PREFIX) ? Buffer.from(text.slice(PREFIX.length), "base64") : Buffer.from(text)
