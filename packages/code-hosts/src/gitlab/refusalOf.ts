/**
 * What an answer of GitLab's means that is not the one that was hoped for. All of it is decided here. Pure.
 */
import { Data } from "effect"
import {
  type CodeHostError,
  ForbiddenOnHost,
  HostUnavailable,
  RateLimited,
  RejectedByHost,
  UnauthorisedOnHost
} from "../CodeHostError.ts"
import { hostTimeOf, retryAfterOf } from "../http/retryAfter.ts"
import type { HttpAnswer, Where } from "../http/sendRequest.ts"

/** The project, or what was asked for in it: whoever asked finds out. */
export class NotFound extends Data.TaggedError("NotFound")<{ readonly explanation: string }> {}

/** What is there stands in the way: another open merge request, another head, a rule. Whoever asked knows which it can be. */
export class InTheWay extends Data.TaggedError("InTheWay")<{
  readonly status: 405 | 406 | 409 | 422
  readonly explanation: string
}> {}

export type Refusal = CodeHostError | NotFound | InTheWay

/** What GitLab asks for where it does not say for how long: its limits are by the minute. */
const PAUSE = 60_000

/** @param now By our own clock, for an answer that has no date. */
export const refusalOf = (answer: HttpAnswer, { host, repository }: Where, now: number): Refusal => {
  const where = { host, repository }
  const explanation = explain(answer.body)
  const { headers, status } = answer
  switch (status) {
    case 401:
      return new UnauthorisedOnHost(where)
    case 403:
      return new ForbiddenOnHost({ ...where, explanation })
    case 404:
    case 410:
      return new NotFound({ explanation })
    case 405:
    case 406:
    case 409:
    case 422:
      return new InTheWay({ status, explanation })
    case 429:
      return new RateLimited({ ...where, retryAfter: waitOf(headers, now) })
    default: {
      if (status >= 400 && status < 500 && status !== 408) return new RejectedByHost({ ...where, explanation })
      const retryAfter = retryAfterOf(headers, now)
      const wait = retryAfter === undefined ? {} : { retryAfter }
      return new HostUnavailable({ ...where, explanation: `${status} ${explanation}`, ...wait })
    }
  }
}

const waitOf = (headers: HttpAnswer["headers"], now: number): number => {
  const told = retryAfterOf(headers, now)
  if (told !== undefined) return told
  const reset = Number(headers["ratelimit-reset"])
  // a reset is in whole seconds, and so is the date
  return reset > 0 ? Math.max(reset * 1000 - hostTimeOf(headers, now), 0) + 1000 : PAUSE
}

/** `{"message": "…"}`, `{"message": {"title": ["is too long"]}}`, `{"error": "…"}`, or a page for people. */
const explain = (body: string): string => {
  const parsed = parse(body)
  const said = parsed === undefined ? plain(body) : wordsOf(parsed.message ?? parsed.error)
  return said === "" ? "no reason given" : said
}

const wordsOf = (said: unknown): string => {
  if (typeof said === "string") return said
  if (Array.isArray(said)) return said.map(wordsOf).join(", ")
  if (typeof said !== "object" || said === null) return ""
  return Object.entries(said)
    .map(([field, why]) => `${field} ${wordsOf(why)}`)
    .join("; ")
}

const parse = (body: string): { readonly message?: unknown; readonly error?: unknown } | undefined => {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === "object" && parsed !== null ? parsed : undefined
  } catch {
    return undefined
  }
}

/** No tags, and not all of it. */
const plain = (body: string) =>
  body
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 200)
