import type { GatedRequest, SeenLimits } from "../RequestGate.ts"
import { hostTimeOf } from "../http/retryAfter.ts"
import type { HttpAnswer } from "../http/sendRequest.ts"

/** What GitHub says of its limits with every answer. Pure. */
export const limitsOf = (
  { headers }: Pick<HttpAnswer, "headers">,
  request: GatedRequest,
  retryAfter: number | null,
  now: number
): SeenLimits => {
  const number = (name: string) => {
    const value = Number(headers[`x-ratelimit-${name}`] ?? Number.NaN)
    return Number.isFinite(value) ? value : null
  }
  const reset = number("reset")
  return {
    ...request,
    resource: headers["x-ratelimit-resource"] ?? null,
    limit: number("limit"),
    remaining: number("remaining"),
    resetAfter: reset === null ? null : Math.max(0, reset * 1000 - hostTimeOf(headers, now)),
    retryAfter
  }
}
