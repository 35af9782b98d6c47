/**
 * What an answer of Bitbucket's means that is not the one that was hoped for. All of it is decided here, by the name of
 * the exception before the status, which tells little: 401 is also said to somebody who may not, and 409 to all that
 * does not fit. Pure.
 */
import { Data, Option, Schema } from "effect"
import {
  ArchivedOnHost,
  type CodeHostError,
  ForbiddenOnHost,
  HostUnavailable,
  RateLimited,
  RejectedByHost,
  RepositoryMissing,
  UnauthorisedOnHost
} from "../CodeHostError.ts"
import { retryAfterOf } from "../http/retryAfter.ts"
import type { HttpAnswer, Where } from "../http/sendRequest.ts"
import { Problems, Pull } from "./schemas.ts"
import { userOf } from "./userOf.ts"

/** Not the repository, but something in it: whoever asked knows what. */
export class NotFound extends Data.TaggedError("NotFound")<{ readonly explanation: string }> {}

export class NoPullRequest extends Data.TaggedError("NoPullRequest")<{ readonly explanation: string }> {}

/** An open one of the same branches, where the answer has it. */
export class AlreadyExists extends Data.TaggedError("AlreadyExists")<{
  readonly explanation: string
  readonly existing: Pull | undefined
}> {}

/** It has changed since it was read; the newest, where the answer has it. */
export class OutOfDate extends Data.TaggedError("OutOfDate")<{
  readonly explanation: string
  readonly newest: Pull | undefined
}> {}

/** It was not done. Why is seen by looking at it again, not by these words. */
export class NotDone extends Data.TaggedError("NotDone")<{ readonly explanation: string }> {}

export type Refusal = CodeHostError | NotFound | NoPullRequest | AlreadyExists | OutOfDate | NotDone

/** Whoever asks too much has an empty bucket, which is filled all the time. */
const PAUSE = 10_000

/** @param now By our own clock, for an answer that has no date. */
export const refusalOf = (answer: HttpAnswer, { host, repository }: Where, now: number): Refusal => {
  const where = { host, repository }
  const problem = problemOf(answer)
  const { explanation } = problem
  const { status } = answer
  const retryAfter = retryAfterOf(answer.headers, now)
  if (status === 429) return new RateLimited({ ...where, retryAfter: retryAfter ?? PAUSE })
  const named = status < 500 ? byName(problem, where) : undefined
  if (named !== undefined) return named
  switch (status) {
    case 401:
      return userOf(answer.headers) === undefined
        ? new UnauthorisedOnHost(where)
        : new ForbiddenOnHost({ ...where, explanation })
    case 403:
      return new ForbiddenOnHost({ ...where, explanation: captcha(answer) ?? explanation })
    case 404:
    case 410:
      return new NotFound({ explanation })
    case 409:
      return new NotDone({ explanation })
  }
  if (status >= 400 && status < 500 && status !== 408) return new RejectedByHost({ ...where, explanation })
  const said = `${status} ${explanation}`
  return new HostUnavailable({ ...where, explanation: said, ...(retryAfter === undefined ? {} : { retryAfter }) })
}

interface Problem {
  /** `PullRequestOutOfDateException` */
  readonly name: string
  readonly explanation: string
  readonly existing: Pull | undefined
  readonly newest: Pull | undefined
}

const byName = ({ existing, explanation, name, newest }: Problem, where: Where): Refusal | undefined => {
  switch (name) {
    case "NoSuchRepositoryException":
    case "NoSuchProjectException":
      return new RepositoryMissing(where)
    case "NoSuchPullRequestException":
      return new NoPullRequest({ explanation })
    case "NoSuchBranchException":
    case "NoSuchCommitException":
    case "NoSuchObjectException":
    case "EmptyPullRequestException":
    case "InvalidPullRequestReviewersException":
    case "InvalidPullRequestTargetException":
      return new RejectedByHost({ ...where, explanation })
    case "AuthorisationException":
      return new ForbiddenOnHost({ ...where, explanation })
    case "DuplicatePullRequestException":
      return new AlreadyExists({ explanation, existing })
    case "PullRequestOutOfDateException":
      return new OutOfDate({ explanation, newest })
    case "PullRequestMergeVetoedException":
    case "IllegalPullRequestStateException":
      return new NotDone({ explanation })
    default:
      return /Archived/.test(name) || /\brepositor(y|ies)\b.*\barchived\b|\barchived repositor/i.test(explanation)
        ? new ArchivedOnHost(where)
        : undefined
  }
}

const decodeProblems = Schema.decodeUnknownOption(Schema.fromJsonString(Problems))
const decodePull = Schema.decodeUnknownOption(Pull)

const problemOf = ({ body }: HttpAnswer): Problem => {
  const errors = Option.getOrUndefined(decodeProblems(body))?.errors ?? []
  const [first] = errors
  const words = errors.flatMap(({ conflicted, message, reviewerErrors, vetoes }) => [
    message,
    ...(conflicted === true ? ["it conflicts"] : []),
    ...(vetoes ?? []).flatMap((veto) => [veto.summaryMessage, veto.detailedMessage]),
    ...(reviewerErrors ?? []).map((error) => error.message)
  ])
  return {
    name: first?.exceptionName?.split(".").at(-1) ?? "",
    explanation: errors.length > 0 ? plain(words.filter(Boolean).join(": ")) : plain(body.replaceAll(/<[^>]*>/g, " ")),
    existing: Option.getOrUndefined(decodePull(first?.existingPullRequest)),
    newest: Option.getOrUndefined(decodePull(first?.pullRequest))
  }
}

const plain = (words: string): string => words.replaceAll(/\s+/g, " ").trim().slice(0, 500) || "no reason given"

/** After too many wrong passwords nobody is let in, until he has shown in a browser that he is somebody. */
const captcha = ({ headers }: HttpAnswer): string | undefined =>
  headers["x-authentication-denied-reason"]?.startsWith("CAPTCHA") === true
    ? "it wants a CAPTCHA solved: sign in with a browser as this user, once"
    : undefined
