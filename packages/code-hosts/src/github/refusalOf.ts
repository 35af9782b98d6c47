/**
 * What an answer of GitHub's means that is not the one that was hoped for. All of it is decided here. Pure.
 */
import { Data } from "effect"
import {
  ArchivedOnHost,
  type CodeHostError,
  ForbiddenOnHost,
  HostUnavailable,
  NotSupportedByHost,
  RejectedByHost,
  UnauthorisedOnHost
} from "../CodeHostError.ts"
import { rateLimitOf } from "./rateLimitOf.ts"
import { retryAfterOf } from "../http/retryAfter.ts"
import type { HttpAnswer, Where } from "../http/sendRequest.ts"

/** The repository, or what was asked for in it: whoever asked finds out. */
export class NotFound extends Data.TaggedError("NotFound")<{ readonly explanation: string }> {}

/** An open pull request of the same branches is there. */
export class AlreadyExists extends Data.TaggedError("AlreadyExists")<{ readonly explanation: string }> {}

/** It did not merge. Why is seen by looking at it again, not by these words. */
export class NotMerged extends Data.TaggedError("NotMerged")<{ readonly explanation: string }> {}

export type Refusal = CodeHostError | NotFound | AlreadyExists | NotMerged

/** @param now By our own clock, for an answer that has no date. */
export const refusalOf = (answer: HttpAnswer, where: Where, now: number): Refusal => {
  const explanation = explain(answer)
  const limit = rateLimitOf(answer, explanation, where, now)
  if (limit !== undefined) return limit
  switch (answer.status) {
    case 401:
      return new UnauthorisedOnHost(where)
    case 403:
      return isArchived(explanation) ? new ArchivedOnHost(where) : new ForbiddenOnHost({ ...where, explanation })
    case 404:
    case 410:
      return new NotFound({ explanation })
    case 405:
    case 409:
      return new NotMerged({ explanation })
    case 451:
      return new ForbiddenOnHost({ ...where, explanation })
    default:
      return answer.status >= 400 && answer.status < 500 && answer.status !== 408
        ? rejectionOf(explanation, where)
        : unavailable(`${answer.status} ${explanation}`, where, retryAfterOf(answer.headers, now))
  }
}

const unavailable = (explanation: string, where: Where, retryAfter: number | undefined) =>
  new HostUnavailable({ ...where, explanation, ...(retryAfter === undefined ? {} : { retryAfter }) })

const isArchived = (explanation: string) => /repository was archived|archived so (it )?is read-only/i.test(explanation)

/** A rule of GitHub's that a request breaks, by REST or GraphQL. */
export const rejectionOf = (explanation: string, where: Where): Refusal => {
  if (isArchived(explanation)) return new ArchivedOnHost(where)
  if (/a pull request already exists for/i.test(explanation)) return new AlreadyExists({ explanation })
  if (/draft pull requests are not supported/i.test(explanation))
    return new NotSupportedByHost({ ...where, what: "drafts" })
  return new RejectedByHost({ ...where, explanation })
}

interface Problem {
  readonly message?: unknown
  readonly errors?: unknown
}
interface Detail {
  readonly message?: unknown
  readonly field?: unknown
  readonly code?: unknown
}

/** GitHub's words, with what it says of the fields. */
const explain = ({ body }: HttpAnswer): string => {
  const problem = parse(body)
  if (problem === undefined) return plain(body)
  const errors = Array.isArray(problem.errors) ? (problem.errors as ReadonlyArray<unknown>) : []
  const details = errors.map((error) => {
    if (typeof error !== "object" || error === null) return String(error)
    const { code, field, message } = error as Detail
    return typeof message === "string" ? message : `${String(field)} is ${String(code)}`
  })
  const message = typeof problem.message === "string" ? problem.message : "no reason given"
  return [message, ...details].join(": ")
}

const parse = (body: string): Problem | undefined => {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === "object" && parsed !== null ? parsed : undefined
  } catch {
    return undefined
  }
}

/** Of a page for people: no tags, and not all of it. */
const plain = (body: string) =>
  body
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 200) || "no reason given"
