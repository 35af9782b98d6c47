/**
 * What an error of GitHub's GraphQL means: its type and its words say, the status is 200. Pure.
 */
import { Schema } from "effect"
import {
  ForbiddenOnHost,
  HostUnavailable,
  PullRequestMissing,
  RateLimited,
  RepositoryMissing
} from "../CodeHostError.ts"
import { rateLimitOf } from "./rateLimitOf.ts"
import { NotFound, rejectionOf, type Refusal } from "./refusalOf.ts"
import type { HttpAnswer, Where } from "../http/sendRequest.ts"

export const GraphqlErrors = Schema.Array(
  Schema.Struct({
    type: Schema.optional(Schema.NullOr(Schema.String)),
    message: Schema.String,
    path: Schema.optional(Schema.NullOr(Schema.Array(Schema.Union([Schema.String, Schema.Number]))))
  })
)

export const graphqlRefusalOf = (
  { message, path, type }: (typeof GraphqlErrors.Type)[number],
  answer: HttpAnswer,
  { externalId, ...where }: Where & { readonly externalId?: string | undefined },
  now: number
): Refusal => {
  const limit = rateLimitOf(answer, message, where, now)
  if (limit !== undefined) return limit
  switch (type) {
    case "RATE_LIMITED":
    case "RATE_LIMIT":
      return new RateLimited({ ...where, retryAfter: 60_000 })
    case "NOT_FOUND": {
      const last = path?.at(-1)
      if (last === "repository") return new RepositoryMissing(where)
      if (last === "pullRequest" && externalId !== undefined) return new PullRequestMissing({ ...where, externalId })
      return new NotFound({ explanation: message })
    }
    case "FORBIDDEN":
    case "INSUFFICIENT_SCOPES":
      return new ForbiddenOnHost({ ...where, explanation: message })
    case "UNPROCESSABLE":
    case "ARGUMENT_LIMIT":
    case "MAX_NODE_LIMIT_EXCEEDED":
      return rejectionOf(message, where)
    default:
      // "Something went wrong while executing your query", with no type at all
      return new HostUnavailable({ ...where, explanation: message })
  }
}
