import { Effect } from "effect"
import type { CommentOnPullRequest, FindComment, PullRequestAt } from "../CodeHost.ts"
import { type CodeHostError, RejectedByHost } from "../CodeHostError.ts"
import { hasMarker, withMarker } from "../commentMarker.ts"
import { type BitbucketServerContext, pullPath, settle, whereOf } from "./BitbucketServerContext.ts"
import { loadPull } from "./loadPullRequest.ts"
import { Activities, CreateComment } from "./schemas.ts"

const PAGE = 100

/** Whether one of our own comments is such a one: what others write is no proof of anything. */
const someOfOurs = Effect.fnUntraced(function* (
  context: BitbucketServerContext,
  at: PullRequestAt,
  is: (text: string) => boolean
): Effect.fn.Return<boolean, CodeHostError> {
  yield* loadPull(context, at)
  const where = whereOf(at.repository)
  let start = 0
  // from the newest: what is looked for was said just now, if at all
  for (;;) {
    const query = { limit: PAGE, start }
    const ask = { method: "GET", path: `${pullPath(at)}/activities`, query, answer: Activities } as const
    const { user, value } = yield* settle(context.api.exchange(where, ask), at)
    const { isLastPage, nextPageStart, values } = value
    const such = (values ?? []).filter(({ comment }) => is(comment?.text ?? ""))
    if (such.length > 0 && user === undefined) {
      const explanation = "its answers do not say who asks: let whatever is in front of it pass X-AUSERNAME"
      return yield* new RejectedByHost({ ...where, explanation })
    }
    if (such.some(({ comment }) => comment?.author?.name.toLowerCase() === user?.toLowerCase())) return true
    if (isLastPage !== false || typeof nextPageStart !== "number") return false
    start = nextPageStart
  }
})

/**
 * Bitbucket would make a second one of a request that is sent again, so the key is hidden in the comment and looked for.
 * It shows HTML as it is written, so what hides the key is the definition of a link that nothing leads to.
 */
export const comment = Effect.fn("bitbucketServer.comment")(function* (
  context: BitbucketServerContext,
  { body, key, ...at }: CommentOnPullRequest
): Effect.fn.Return<void, CodeHostError> {
  if (yield* someOfOurs(context, at, (text) => hasMarker(text, key, "link"))) return
  const sent = { schema: CreateComment, value: { text: withMarker(body, key, "link") } }
  const ask = { method: "POST", path: `${pullPath(at)}/comments`, body: sent, content: true } as const
  yield* settle(context.api.rest(whereOf(at.repository), ask), at)
})

export const hasComment = (
  context: BitbucketServerContext,
  { text, ...at }: FindComment
): Effect.Effect<boolean, CodeHostError> => someOfOurs(context, at, (said) => said.includes(text))
