/**
 * When a host says that it wants to be asked again. Pure.
 */
import type { HttpAnswer } from "./sendRequest.ts"

/** By the host's own clock, where it shows it: ours may be elsewhere. In milliseconds. */
export const hostTimeOf = (headers: HttpAnswer["headers"], now: number): number =>
  Date.parse(headers["date"] ?? "") || now

/** Of `Retry-After`, in milliseconds from now: seconds, or a date. Undefined: it says none, or none to come. */
export const retryAfterOf = (headers: HttpAnswer["headers"], now: number): number | undefined => {
  const after = headers["retry-after"]
  if (after === undefined) return undefined
  const seconds = Number(after)
  const wait = Number.isNaN(seconds) ? Date.parse(after) - hostTimeOf(headers, now) : seconds * 1000
  return wait > 0 ? wait : undefined
}
