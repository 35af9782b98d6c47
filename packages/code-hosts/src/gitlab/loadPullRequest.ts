import { Effect } from "effect"
import type { PullRequestAt } from "../CodeHost.ts"
import { type CodeHostError, PullRequestMissing } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import { type GitLabContext, loadProject, projectPath, requestPath, settleRest, whereOf } from "./GitLabContext.ts"
import { hostPullRequest, type SeenMergeRequest } from "./hostPullRequest.ts"
import { Approvals, Branch, MergeRequest } from "./schemas.ts"

/** The merge request, and whether its project is archived: two requests. */
export const loadRequest = Effect.fnUntraced(function* (
  context: GitLabContext,
  at: PullRequestAt
): Effect.fn.Return<Omit<SeenMergeRequest, "baseSha" | "approvals">, CodeHostError> {
  const { externalId, repository } = at
  const missing = new PullRequestMissing({ ...whereOf(repository), externalId })
  // what GitLab never gave out is in no project
  const number = /^[1-9]\d{0,9}$/.test(externalId) ? Number(externalId) : 0
  if (number === 0 || number > 0x7fff_ffff) return yield* missing
  const { archived } = yield* loadProject(context, repository)
  const query = { include_rebase_in_progress: "true" }
  const ask = { method: "GET", path: requestPath(at), query, answer: MergeRequest } as const
  const request = yield* context.api.rest(whereOf(repository), ask).pipe(
    Effect.catchTag("NotFound", () => Effect.fail(missing)),
    (effect) => settleRest(effect, repository)
  )
  return { request, archived }
})

/** Four requests: GitLab keeps apart what belongs together. */
export const loadPullRequest = Effect.fn("gitlab.load")(function* (
  context: GitLabContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const { repository } = at
  const { archived, request } = yield* loadRequest(context, at)
  const orNull = <A>(path: string, answer: Parameters<typeof context.api.rest<never, A>>[1]["answer"]) =>
    context.api.rest(whereOf(repository), { method: "GET", path, answer }).pipe(
      Effect.catchTag("NotFound", () => Effect.succeed(null)),
      (effect) => settleRest(effect, repository)
    )
  const branch = `${projectPath(repository)}/repository/branches/${encodeURIComponent(request.target_branch)}`
  const base = yield* orNull(branch, Branch)
  const approvals = yield* orNull(`${requestPath(at)}/approvals`, Approvals)
  return hostPullRequest({ request, archived, approvals, baseSha: base?.commit.id ?? null })
})
