import { Effect } from "effect"
import type { CreatedPullRequest, CreatePullRequest } from "../CodeHost.ts"
import { type CodeHostError, HostUnavailable, NotSupportedByHost } from "../CodeHostError.ts"
import { type BitbucketServerContext, refOf, repositoryPath, settle, whereOf } from "./BitbucketServerContext.ts"
import { showPullRequest } from "./loadPullRequest.ts"
import type { Refusal } from "./refusalOf.ts"
import { CreatePull, Pull, Pulls } from "./schemas.ts"

/**
 * Makes a pull request, or finds the open one of its branches: also the one that was made by a request whose answer
 * never came. Bitbucket sends it along when it refuses to make another.
 */
export const createPullRequest = Effect.fn("bitbucketServer.create")(function* (
  context: BitbucketServerContext,
  asked: CreatePullRequest
): Effect.fn.Return<CreatedPullRequest, CodeHostError> {
  const { baseRef, body, draft, headRef, repository, title } = asked
  const where = whereOf(repository)
  if (draft && !context.abilities.drafts) return yield* new NotSupportedByHost({ ...where, what: "drafts" })
  const value = {
    title,
    description: body,
    fromRef: refOf(repository, headRef),
    toRef: refOf(repository, baseRef),
    ...(context.abilities.drafts ? { draft } : {})
  }
  const path = `${repositoryPath(repository)}/pull-requests`
  const made = yield* context.api
    .rest(where, { method: "POST", path, body: { schema: CreatePull, value }, answer: Pull, content: true })
    .pipe(
      Effect.map((pull) => ({ created: true, pull })),
      Effect.catchTag("AlreadyExists", ({ existing, explanation }) =>
        Effect.map(
          existing === undefined ? findOpen(context, asked, explanation) : Effect.succeed(existing),
          (pull) => ({
            created: false,
            pull
          })
        )
      ),
      (effect) => settle(effect, { repository })
    )
  const pullRequest = yield* showPullRequest(context, { repository, externalId: String(made.pull.id) }, made.pull)
  return { created: made.created, pullRequest }
})

/** For a server that says that there is one, and not which. */
const findOpen = Effect.fnUntraced(function* (
  { api }: BitbucketServerContext,
  { baseRef, headRef, repository }: CreatePullRequest,
  explanation: string
): Effect.fn.Return<Pull, Refusal> {
  const path = `${repositoryPath(repository)}/pull-requests`
  const base = refOf(repository, baseRef).id
  let start = 0
  for (;;) {
    const query = { at: refOf(repository, headRef).id, direction: "OUTGOING", state: "OPEN", limit: 100, start }
    const page: typeof Pulls.Type = yield* api.rest(whereOf(repository), { method: "GET", path, query, answer: Pulls })
    const found = (page.values ?? []).find(({ toRef }) => toRef.id === base)
    if (found !== undefined) return found
    if (page.isLastPage !== false || typeof page.nextPageStart !== "number") break
    start = page.nextPageStart
  }
  // it was closed just now: the next attempt makes one
  return yield* new HostUnavailable({ ...whereOf(repository), explanation: `${explanation}, and then there is none` })
})
