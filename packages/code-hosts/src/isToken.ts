import { Redacted } from "effect"
import { createHash, timingSafeEqual } from "node:crypto"

const digest = (text: string) => createHash("sha256").update(text).digest()

/** Whether what was sent is the secret itself. Takes as long whatever it is; nothing sent is never it. Pure. */
export const isToken = (given: string, secret: Redacted.Redacted): boolean =>
  timingSafeEqual(digest(given), digest(Redacted.value(secret))) && given !== ""
