/**
 * Whether GitHub wants a rest, and for how long. Pure.
 */
import { RateLimited } from "../CodeHostError.ts"
import { hostTimeOf, retryAfterOf } from "../http/retryAfter.ts"
import type { HttpAnswer, Where } from "../http/sendRequest.ts"

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

const waitOf = (headers: HttpAnswer["headers"], now: number): number => {
  if (headers["retry-after"] !== undefined) return retryAfterOf(headers, now) ?? PAUSE
  const reset = Number(headers["x-ratelimit-reset"])
  if (headers["x-ratelimit-remaining"] !== "0" || !(reset > 0)) return PAUSE
  // a reset is in whole seconds, and so is the date
  return Math.max(reset * 1000 - hostTimeOf(headers, now), 0) + 1000
}
