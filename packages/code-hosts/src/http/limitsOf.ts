import type { Limits } from "./gatedApi.ts"
import { hostTimeOf } from "./retryAfter.ts"
import type { HttpAnswer } from "./sendRequest.ts"

/** What the headers of an answer say of the host's limits: `ratelimit-remaining` after a prefix. Pure. */
export const limitsOf =
  (prefix: string, resource: string) =>
  (headers: HttpAnswer["headers"], now: number): Limits => {
    const number = (name: string) => {
      const value = headers[`${prefix}ratelimit-${name}`]
      return value === undefined || !/^\d+$/.test(value) ? null : Number(value)
    }
    const reset = number("reset")
    return {
      resource: headers[`${prefix}ratelimit-${resource}`] ?? null,
      limit: number("limit"),
      remaining: number("remaining"),
      resetAfter: reset === null ? null : Math.max(reset * 1000 - hostTimeOf(headers, now), 0)
    }
  }
