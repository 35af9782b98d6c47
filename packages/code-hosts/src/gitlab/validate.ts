import { Effect } from "effect"
import type { CodeHostError } from "../CodeHostError.ts"
import type { HostAccount } from "../CredentialValidator.ts"
import type { GitLabApi } from "./GitLabApi.ts"
import { settleRest } from "./GitLabContext.ts"
import { TokenSelf, User } from "./schemas.ts"

/** Whose the credential is, and until when; of a token of OAuth, GitLab does not say when it ends. */
export const validate = Effect.fn("gitlab.validate")(function* (
  api: GitLabApi
): Effect.fn.Return<HostAccount, CodeHostError> {
  const repository = { id: 0, name: "the API", path: "" }
  const where = { host: "gitlab", repository: repository.name }
  const user = yield* settleRest(api.rest(where, { method: "GET", path: "/user", answer: User }), repository)
  const self = { method: "GET", path: "/personal_access_tokens/self", answer: TokenSelf } as const
  const token = yield* api.rest(where, self).pipe(
    Effect.catchTag(["NotFound", "UnauthorisedOnHost", "ForbiddenOnHost", "RejectedByHost"], () =>
      Effect.succeed(null)
    ),
    (effect) => settleRest(effect, repository)
  )
  const ends = Date.parse(token?.expires_at ?? "")
  return { name: user.username, expiresAt: Number.isNaN(ends) ? null : new Date(ends) }
})
