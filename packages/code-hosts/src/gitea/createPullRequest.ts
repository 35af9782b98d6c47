import { Effect } from "effect"
import type { CreatedPullRequest, CreatePullRequest } from "../CodeHost.ts"
import { type CodeHostError, HostUnavailable, RejectedByHost } from "../CodeHostError.ts"
import { draftTitle } from "./draftTitle.ts"
import { type GiteaContext, repositoryPath, requireRepository, settle, whereOf } from "./GiteaContext.ts"
import { loadPullRequest } from "./loadPullRequest.ts"
import { CreatePull, Numbered } from "./schemas.ts"

/**
 * Makes a pull request, or finds the open one of its branches: also the one that was made by a request whose answer
 * never came.
 */
export const createPullRequest = Effect.fn("gitea.create")(function* (
  context: GiteaContext,
  options: CreatePullRequest
): Effect.fn.Return<CreatedPullRequest, CodeHostError> {
  const { baseRef: base, body, draft, headRef: head, repository, title } = options
  const where = whereOf(repository)
  const value = { title: draft ? draftTitle(title) : title, body, head, base }
  const made = yield* context.api
    .rest(where, {
      method: "POST",
      path: `${repositoryPath(repository)}/pulls`,
      body: { schema: CreatePull, value },
      answer: Numbered,
      content: true
    })
    .pipe(
      Effect.map(({ number }) => ({ created: true, number })),
      Effect.catchTag("Conflicting", ({ explanation }) =>
        Effect.map(findOpen(context, options, explanation), (number) => ({ created: false, number }))
      ),
      // the repository, or one of the branches
      Effect.catchTag("NotFound", () => {
        const explanation = `it has no branch ${head}, or no branch ${base}`
        const rejected = new RejectedByHost({ ...where, explanation })
        return Effect.andThen(requireRepository(context, repository), Effect.fail(rejected))
      }),
      (effect) => settle(effect, where, Effect.void)
    )
  const pullRequest = yield* loadPullRequest(context, { repository, externalId: String(made.number) })
  return { created: made.created, pullRequest }
})

const findOpen = (
  { api }: GiteaContext,
  { baseRef, headRef, repository }: CreatePullRequest,
  explanation: string
): Effect.Effect<number, CodeHostError> => {
  const where = whereOf(repository)
  const path = `${repositoryPath(repository)}/pulls/${encodeURIComponent(baseRef)}/${encodeURIComponent(headRef)}`
  // it was closed just now: the next attempt makes one
  const gone = new HostUnavailable({ ...where, explanation: `${explanation}, and then there is none` })
  return settle(
    Effect.map(api.rest(where, { method: "GET", path, answer: Numbered }), ({ number }) => number),
    where,
    Effect.fail(gone)
  )
}
