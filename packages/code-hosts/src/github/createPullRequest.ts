import { Effect, Schema } from "effect"
import type { CreatedPullRequest, CreatePullRequest } from "../CodeHost.ts"
import { type CodeHostError, HostUnavailable } from "../CodeHostError.ts"
import { type GitHubContext, namesOf, settleRead, whereOf } from "./GitHubContext.ts"
import { loadPullRequest } from "./loadPullRequest.ts"
import { CreatePull, Numbered } from "./schemas.ts"

/**
 * Makes a pull request, or finds the open one of its branches: also the one that was made by a request whose answer
 * never came.
 */
export const createPullRequest = Effect.fn("github.create")(function* (
  context: GitHubContext,
  options: CreatePullRequest
): Effect.fn.Return<CreatedPullRequest, CodeHostError> {
  const { baseRef: base, body, draft, headRef: head, repository, title } = options
  const where = whereOf(repository)
  const made = yield* context.api
    .rest(where, {
      method: "POST",
      path: `${namesOf(repository).path}/pulls`,
      body: { schema: CreatePull, value: { title, body, head, base, draft } },
      answer: Numbered,
      content: true
    })
    .pipe(
      Effect.map(({ number }) => ({ created: true, number })),
      Effect.catchTag("AlreadyExists", () =>
        Effect.map(findOpen(context, options), (number) => ({ created: false, number }))
      ),
      (effect) => settleRead(effect, where)
    )
  const pullRequest = yield* loadPullRequest(context, { repository, externalId: String(made.number) })
  return { created: made.created, pullRequest }
})

const findOpen = Effect.fnUntraced(function* (
  { api }: GitHubContext,
  { baseRef, headRef, repository }: CreatePullRequest
) {
  const where = whereOf(repository)
  const { owner, path } = namesOf(repository)
  const found = yield* api.rest(where, {
    method: "GET",
    path: `${path}/pulls`,
    query: { state: "open", head: `${owner}:${headRef}`, base: baseRef, per_page: 2 },
    answer: Schema.Array(Numbered)
  })
  const [only, another] = found
  // it was closed just now, or is that of a branch of the same name elsewhere
  if (only === undefined || another !== undefined) {
    const explanation = `${found.length} open pull requests from ${headRef} to ${baseRef}, though it says that there is one`
    return yield* new HostUnavailable({ ...where, explanation })
  }
  return only.number
})
