/**
 * What an answer of Gitea's or Forgejo's means that is not the one that was hoped for. All of it is decided here. Pure.
 */
import { Data } from "effect"
import {
  ArchivedOnHost,
  type CodeHostError,
  ForbiddenOnHost,
  HostUnavailable,
  RateLimited,
  RejectedByHost,
  UnauthorisedOnHost
} from "../CodeHostError.ts"
import { retryAfterOf } from "../http/retryAfter.ts"
import type { HttpAnswer, Where } from "../http/sendRequest.ts"

/** The repository, or what was asked for in it: whoever asked finds out. */
export class NotFound extends Data.TaggedError("NotFound")<{ readonly explanation: string }> {}

/** It is there already, or somebody was faster. */
export class Conflicting extends Data.TaggedError("Conflicting")<{ readonly explanation: string }> {}

/** It was not done. Why is seen by looking at it again, not by these words. */
export class NotDone extends Data.TaggedError("NotDone")<{ readonly explanation: string }> {}

/** 500, which Gitea also says of a merge that conflicts: whoever asked looks again. */
export class Broken extends Data.TaggedError("Broken")<{ readonly explanation: string }> {}

export type Refusal = CodeHostError | NotFound | Conflicting | NotDone | Broken

/** For a host that says no more than that it is too much. */
const PAUSE = 60_000

/** @param now By our own clock, for an answer that has no date. */
export const refusalOf = (answer: HttpAnswer, { host, repository }: Where, now: number): Refusal => {
  const where = { host, repository }
  const explanation = explain(answer)
  const { status } = answer
  const retryAfter = retryAfterOf(answer.headers, now)
  switch (status) {
    case 401:
      return new UnauthorisedOnHost(where)
    case 423:
      return new ArchivedOnHost(where)
    case 403:
      return /archived/i.test(explanation) ? new ArchivedOnHost(where) : new ForbiddenOnHost({ ...where, explanation })
    case 404:
    case 410:
      return new NotFound({ explanation })
    case 405:
    case 412:
      return new NotDone({ explanation })
    case 409:
      return new Conflicting({ explanation })
    case 429:
      return new RateLimited({ ...where, retryAfter: retryAfter ?? PAUSE })
  }
  if (status === 500 && retryAfter === undefined) return new Broken({ explanation })
  if (status >= 400 && status < 500 && status !== 408) return new RejectedByHost({ ...where, explanation })
  const said = `${status} ${explanation}`
  return new HostUnavailable({ ...where, explanation: said, ...(retryAfter === undefined ? {} : { retryAfter }) })
}

/** Gitea's words; a proxy in front of it sends a page for people. */
const explain = ({ body }: HttpAnswer): string => {
  const words = messageOf(body) ?? body.replaceAll(/<[^>]*>/g, " ")
  return words.replaceAll(/\s+/g, " ").trim().slice(0, 500) || "no reason given"
}

const messageOf = (body: string): string | undefined => {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed !== "object" || parsed === null) return undefined
    const { errors, message } = parsed as { readonly message?: unknown; readonly errors?: unknown }
    const details = Array.isArray(errors) ? errors.filter((error) => typeof error === "string") : []
    return [typeof message === "string" ? message : "", ...details].filter((part) => part !== "").join(": ")
  } catch {
    return undefined
  }
}
