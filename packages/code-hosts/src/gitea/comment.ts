import { Effect } from "effect"
import type { CommentOnPullRequest, FindComment, PullRequestAt } from "../CodeHost.ts"
import type { CodeHostError } from "../CodeHostError.ts"
import { hasMarker, withMarker } from "../commentMarker.ts"
import { type GiteaContext, issuePath, settle, whereOf } from "./GiteaContext.ts"
import { loadPull } from "./loadPullRequest.ts"
import { Comments, CreateComment, User } from "./schemas.ts"

/** Whether one of our own comments is such a one: what others write is no proof of anything. */
const someOfOurs = Effect.fnUntraced(function* (
  context: GiteaContext,
  at: PullRequestAt,
  is: (body: string) => boolean
): Effect.fn.Return<boolean, CodeHostError> {
  const where = whereOf(at.repository)
  // an issue has comments too, and the same numbers
  yield* loadPull(context, at)
  const ask = { method: "GET", path: `${issuePath(at)}/comments`, answer: Comments } as const
  // all of them: Gitea has no pages of these
  const said = (yield* settle(context.api.rest(where, ask), where, Effect.void)) ?? []
  const such = said.filter(({ body }) => is(body ?? ""))
  if (such.length === 0) return false
  const us = { method: "GET", path: "/user", answer: User } as const
  const { login } = yield* settle(context.api.rest(where, us), where, Effect.void)
  return such.some(({ user }) => user?.login === login)
})

/** Gitea would make a second one of a request that is sent again, so the key is hidden in the comment and looked for. */
export const comment = Effect.fn("gitea.comment")(function* (
  context: GiteaContext,
  { body, key, ...at }: CommentOnPullRequest
): Effect.fn.Return<void, CodeHostError> {
  if (yield* someOfOurs(context, at, (said) => hasMarker(said, key))) return
  const where = whereOf(at.repository)
  const value = { body: withMarker(body, key) }
  const path = `${issuePath(at)}/comments`
  const ask = { method: "POST", path, body: { schema: CreateComment, value }, content: true } as const
  yield* settle(context.api.rest(where, ask), where, loadPull(context, at))
})

export const hasComment = (
  context: GiteaContext,
  { text, ...at }: FindComment
): Effect.Effect<boolean, CodeHostError> => someOfOurs(context, at, (said) => said.includes(text))
