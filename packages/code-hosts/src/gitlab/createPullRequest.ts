import { Effect, Schema } from "effect"
import type { CreatedPullRequest, CreatePullRequest } from "../CodeHost.ts"
import { type CodeHostError, RejectedByHost } from "../CodeHostError.ts"
import { withDraft } from "./draftTitle.ts"
import { type GitLabContext, projectPath, settleChange, settleRest, whereOf } from "./GitLabContext.ts"
import { loadPullRequest } from "./loadPullRequest.ts"
import { escapeActions } from "./quickActions.ts"
import { CreateMergeRequest, Numbered } from "./schemas.ts"

/**
 * Makes a merge request, or finds the open one of its branches: also the one that was made by a request whose answer
 * never came. GitLab says itself that there is one, so nobody looks before.
 */
export const createPullRequest = Effect.fn("gitlab.create")(function* (
  context: GitLabContext,
  { baseRef, body, draft, headRef, repository, title }: CreatePullRequest
): Effect.fn.Return<CreatedPullRequest, CodeHostError> {
  const where = whereOf(repository)
  const path = `${projectPath(repository)}/merge_requests`
  const value = {
    source_branch: headRef,
    target_branch: baseRef,
    title: draft ? withDraft(title) : title,
    description: escapeActions(body)
  }
  const ask = {
    method: "POST",
    path,
    body: { schema: CreateMergeRequest, value },
    answer: Numbered,
    content: true
  } as const
  const asked = context.api.rest(where, ask).pipe(
    Effect.map(({ iid }) => ({ created: true, iid })),
    Effect.catchTag("InTheWay", ({ explanation, status }) => {
      const rejected = Effect.fail(new RejectedByHost({ ...where, explanation }))
      if (status !== 409) return rejected
      const query = { state: "opened", source_branch: headRef, target_branch: baseRef, per_page: 1 }
      const find = { method: "GET", path, query, answer: Schema.Array(Numbered) } as const
      return Effect.flatMap(settleRest(context.api.rest(where, find), repository), ([found]) =>
        found === undefined ? rejected : Effect.succeed({ created: false, iid: found.iid })
      )
    })
  )
  const { created, iid } = yield* settleChange(context, asked, repository)
  return { created, pullRequest: yield* loadPullRequest(context, { repository, externalId: String(iid) }) }
})
