import { Redacted } from "effect"
import { createHmac, timingSafeEqual } from "node:crypto"

/** Whether `sha256=…` is what a secret makes of a body, byte by byte. Takes as long whatever it is. Pure. */
export const isSigned = (body: Uint8Array, signature: string, secret: Redacted.Redacted): boolean => {
  const expected = Buffer.from(`sha256=${createHmac("sha256", Redacted.value(secret)).update(body).digest("hex")}`)
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
