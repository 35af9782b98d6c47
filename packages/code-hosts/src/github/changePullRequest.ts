/**
 * Title, body, base, open or closed: one request to change, one to see what came of it.
 */
import { Effect } from "effect"
import type { PullRequestAt, UpdatePullRequest } from "../CodeHost.ts"
import { type CodeHostError, RejectedByHost } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import { type GitHubContext, pullPath, settle, whereAt, whereOf } from "./GitHubContext.ts"
import { loadPullRequest } from "./loadPullRequest.ts"
import { Anything, EditPull } from "./schemas.ts"

type Changes = typeof EditPull.Type

const change = (context: GitHubContext, at: PullRequestAt, value: Changes) => {
  const load = loadPullRequest(context, at)
  const ask = { method: "PATCH", path: pullPath(at), body: { schema: EditPull, value }, answer: Anything } as const
  return settle(context.api.rest(whereAt(at), ask), whereAt(at), load)
}

export const updatePullRequest = (
  context: GitHubContext,
  { baseRef, body, title, ...at }: UpdatePullRequest
): Effect.Effect<HostPullRequest, CodeHostError> => {
  const value: Changes = {
    ...(title === undefined ? {} : { title }),
    ...(body === undefined ? {} : { body }),
    ...(baseRef === undefined ? {} : { base: baseRef })
  }
  const load = loadPullRequest(context, at)
  return Object.keys(value).length === 0 ? load : Effect.andThen(change(context, at, value), load)
}

/** One that is closed or merged stays so, whatever GitHub thinks of being asked. */
export const closePullRequest = Effect.fn("github.close")(function* (
  context: GitHubContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const before = yield* loadPullRequest(context, at)
  if (before.state !== "open") return before
  yield* change(context, at, { state: "closed" })
  return yield* loadPullRequest(context, at)
})

export const reopenPullRequest = Effect.fn("github.reopen")(function* (
  context: GitHubContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const before = yield* loadPullRequest(context, at)
  if (before.state === "open") return before
  if (before.state === "merged") {
    return yield* new RejectedByHost({
      ...whereOf(at.repository),
      explanation: `pull request ${at.externalId} is merged`
    })
  }
  yield* change(context, at, { state: "open" })
  return yield* loadPullRequest(context, at)
})
