import type { GatedRequest, SeenLimits } from "../RequestGate.ts"
import { hostTimeOf } from "../http/retryAfter.ts"
import type { HttpAnswer } from "../http/sendRequest.ts"

/** What an answer of GitLab's says of its limits. Pure. */
export const limitsOf = (
  { headers }: Pick<HttpAnswer, "headers">,
  request: GatedRequest,
  retryAfter: number | null,
  now: number
): SeenLimits => {
  const number = (name: string) => {
    const value = headers[name]
    return value === undefined || !/^\d+$/.test(value) ? null : Number(value)
  }
  const reset = number("ratelimit-reset")
  return {
    ...request,
    resource: headers["ratelimit-name"] ?? null,
    limit: number("ratelimit-limit"),
    remaining: number("ratelimit-remaining"),
    resetAfter: reset === null ? null : Math.max(reset * 1000 - hostTimeOf(headers, now), 0),
    retryAfter
  }
}
