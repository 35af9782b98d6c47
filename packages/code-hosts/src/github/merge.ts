import { Effect } from "effect"
import type { MergePullRequest } from "../CodeHost.ts"
import { type CodeHostError, NotMergeableOnHost } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import { whyNotMerged } from "../whyNotMerged.ts"
import { type GitHubContext, pullPath, settle, whereAt } from "./GitHubContext.ts"
import { loadPullRequest } from "./loadPullRequest.ts"
import { Anything, MergePull } from "./schemas.ts"

/**
 * Merges, once. Whatever GitHub answers, the pull request is looked at afterwards: one that is merged is what was
 * wanted, also when it was merged by a request whose answer never came; and of one that is not, its state tells why.
 */
export const merge = Effect.fn("github.merge")(function* (
  context: GitHubContext,
  { expectedHead, message, method, title, ...at }: MergePullRequest
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const where = whereAt(at)
  const load = loadPullRequest(context, at)
  const value = {
    merge_method: method,
    ...(expectedHead === undefined ? {} : { sha: expectedHead }),
    ...(title === undefined ? {} : { commit_title: title }),
    ...(message === undefined ? {} : { commit_message: message })
  } as const
  const ask = {
    method: "PUT",
    path: `${pullPath(at)}/merge`,
    body: { schema: MergePull, value },
    answer: Anything
  } as const
  return yield* context.api.rest(where, ask).pipe(
    Effect.andThen(load),
    Effect.catchTag("NotMerged", ({ explanation }) =>
      Effect.flatMap(load, (seen) => {
        if (seen.state === "merged") return Effect.succeed(seen)
        const { externalId, host, repository } = where
        const reason = whyNotMerged(seen, explanation, expectedHead)
        return Effect.fail(new NotMergeableOnHost({ host, repository, externalId, reason, explanation }))
      })
    ),
    (effect) => settle(effect, where, load)
  )
})
