import { Effect } from "effect"
import type { CommentOnPullRequest, FindComment, PullRequestAt } from "../CodeHost.ts"
import type { CodeHostError } from "../CodeHostError.ts"
import { hasMarker, withMarker } from "../commentMarker.ts"
import { CommentsAnswer, commentsDocument } from "./documents.ts"
import { type GitHubContext, issuePath, namesOf, settle, settleRead, whereAt } from "./GitHubContext.ts"
import { loadPullRequest, requireNumber } from "./loadPullRequest.ts"
import { Anything, CreateComment } from "./schemas.ts"

/** Whether one of our own comments is such a one: what others write is no proof of anything. */
const someOfOurs = Effect.fnUntraced(function* (
  { api }: GitHubContext,
  at: PullRequestAt,
  is: (body: string) => boolean
): Effect.fn.Return<boolean, CodeHostError> {
  const variables = { ...namesOf(at.repository), number: yield* requireNumber(at) }
  let before: string | null = null
  // from the newest: what is looked for was said just now, if at all
  for (;;) {
    const ask = { document: commentsDocument, variables: { ...variables, before }, answer: CommentsAnswer }
    const answer: typeof CommentsAnswer.Type = yield* settleRead(api.graphql(whereAt(at), ask), whereAt(at))
    const { nodes, pageInfo } = answer.repository.pullRequest.comments
    if (nodes.some(({ body, viewerDidAuthor }) => viewerDidAuthor && is(body))) return true
    if (!pageInfo.hasPreviousPage || pageInfo.startCursor === null) return false
    before = pageInfo.startCursor
  }
})

/** GitHub would make a second one of a request that is sent again, so the key is hidden in the comment and looked for. */
export const comment = Effect.fn("github.comment")(function* (
  context: GitHubContext,
  { body, key, ...at }: CommentOnPullRequest
): Effect.fn.Return<void, CodeHostError> {
  if (yield* someOfOurs(context, at, (said) => hasMarker(said, key))) return
  const value = { body: withMarker(body, key) }
  const path = `${issuePath(at)}/comments`
  const ask = { method: "POST", path, body: { schema: CreateComment, value }, answer: Anything, content: true } as const
  yield* settle(context.api.rest(whereAt(at), ask), whereAt(at), loadPullRequest(context, at))
})

export const hasComment = (
  context: GitHubContext,
  { text, ...at }: FindComment
): Effect.Effect<boolean, CodeHostError> => someOfOurs(context, at, (said) => said.includes(text))
