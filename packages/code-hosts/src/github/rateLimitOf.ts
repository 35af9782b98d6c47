/**
 * Whether GitHub wants a rest, and for how long. Pure.
 */
import { RateLimited } from "../CodeHostError.ts"
import type { HttpAnswer } from "./sendRequest.ts"

export interface Where {
  readonly host: string
  readonly repository: string
}

/** What GitHub asks for where it does not say for how long. */
const PAUSE = 60_000

const words =
  /secondary rate limit|rate limit exceeded|abuse detection|submitted too quickly|maximum number of login attempts|please try again later/i

/** Undefined: it is no limit. */
export const rateLimitOf = (
  answer: Pick<HttpAnswer, "status" | "headers">,
  explanation: string,
  where: Where,
  now: number
): RateLimited | undefined => {
  const { headers, status } = answer
  if (status !== 403 && status !== 429 && status !== 422 && status !== 200) return undefined
  const told = status !== 422 && headers["retry-after"] !== undefined
  const spent = headers["x-ratelimit-remaining"] === "0" && status !== 422 && status !== 200
  if (status !== 429 && !told && !spent && !words.test(explanation)) return undefined
  return new RateLimited({ ...where, retryAfter: waitOf(headers, now) })
}

/** By the host's own clock, where it shows it. */
export const hostTimeOf = (headers: HttpAnswer["headers"], now: number): number =>
  Date.parse(headers["date"] ?? "") || now

/** By the host's clock where it shows it: ours may be elsewhere. */
const waitOf = (headers: HttpAnswer["headers"], now: number): number => {
  const hostNow = hostTimeOf(headers, now)
  const after = headers["retry-after"]
  if (after !== undefined) {
    const seconds = Number(after)
    const wait = Number.isNaN(seconds) ? Date.parse(after) - hostNow : seconds * 1000
    return wait > 0 ? wait : PAUSE
  }
  const reset = Number(headers["x-ratelimit-reset"])
  // a reset is in whole seconds, and so is the date
  if (headers["x-ratelimit-remaining"] === "0" && reset > 0) return Math.max(reset * 1000 - hostNow, 0) + 1000
  return PAUSE
}
