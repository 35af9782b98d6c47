import { Effect, Schema } from "effect"
import type { CommentOnPullRequest, FindComment, PullRequestAt } from "../CodeHost.ts"
import type { CodeHostError } from "../CodeHostError.ts"
import { hasMarker, withMarker } from "../commentMarker.ts"
import { type GitLabContext, requestPath, settleChange, settleRest, whereOf } from "./GitLabContext.ts"
import { loadPullRequest, loadRequest } from "./loadPullRequest.ts"
import { escapeActions, unescapeActions } from "./quickActions.ts"
import { Anything, CreateNote, Note, User } from "./schemas.ts"

const PAGE = 100

/** Whether one of our own notes is such a one: what others write is no proof of anything. */
const someOfOurs = Effect.fnUntraced(function* (
  context: GitLabContext,
  at: PullRequestAt,
  is: (body: string) => boolean
): Effect.fn.Return<boolean, CodeHostError> {
  yield* loadRequest(context, at)
  const where = whereOf(at.repository)
  const user = yield* settleRest(context.api.rest(where, { method: "GET", path: "/user", answer: User }), at.repository)
  // from the newest: what is looked for was said just now, if at all
  for (let page = 1; ; page += 1) {
    const query = { sort: "desc", order_by: "created_at", per_page: PAGE, page }
    const ask = { method: "GET", path: `${requestPath(at)}/notes`, query, answer: Schema.Array(Note) } as const
    const notes = yield* settleRest(context.api.rest(where, ask), at.repository)
    if (notes.some(({ author, body }) => author.id === user.id && is(unescapeActions(body)))) return true
    if (notes.length < PAGE) return false
  }
})

/** GitLab would make a second one of a request that is sent again, so the key is hidden in the note and looked for. */
export const comment = Effect.fn("gitlab.comment")(function* (
  context: GitLabContext,
  { body, key, ...at }: CommentOnPullRequest
): Effect.fn.Return<void, CodeHostError> {
  if (yield* someOfOurs(context, at, (said) => hasMarker(said, key))) return
  const sent = { schema: CreateNote, value: { body: withMarker(escapeActions(body), key) } }
  const ask = { method: "POST", path: `${requestPath(at)}/notes`, body: sent, answer: Anything, content: true } as const
  const asked = context.api.rest(whereOf(at.repository), ask)
  yield* settleChange(context, asked, at.repository, loadPullRequest(context, at))
})

export const hasComment = (context: GitLabContext, { text, ...at }: FindComment) =>
  someOfOurs(context, at, (said) => said.includes(text.replaceAll("\r", "")))
