/**
 * Closing, which Bitbucket calls declining, and opening again.
 */
import { Effect } from "effect"
import type { PullRequestAt } from "../CodeHost.ts"
import { type CodeHostError, RejectedByHost } from "../CodeHostError.ts"
import type { HostPullRequest } from "../HostPullRequest.ts"
import { type BitbucketServerContext, pullPath, settle, whereOf } from "./BitbucketServerContext.ts"
import { changeNewest } from "./changeNewest.ts"
import { loadPull, showPullRequest } from "./loadPullRequest.ts"
import type { Refusal } from "./refusalOf.ts"
import { Pull } from "./schemas.ts"

const move = (
  { api }: BitbucketServerContext,
  at: PullRequestAt,
  to: "decline" | "reopen",
  { version }: Pull
): Effect.Effect<Pull, Refusal> =>
  api.rest(whereOf(at.repository), {
    method: "POST",
    path: `${pullPath(at)}/${to}`,
    query: { version },
    answer: Pull
  })

/** One that is closed or merged stays so, also if it was somebody else just now. */
export const closePullRequest = Effect.fn("bitbucketServer.close")(function* (
  context: BitbucketServerContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const closed = changeNewest(context, at, (pull) =>
    pull.state === "OPEN" ? move(context, at, "decline", pull) : undefined
  ).pipe(
    Effect.catchTag("NotDone", (refusal) =>
      Effect.flatMap(loadPull(context, at), (pull): Effect.Effect<Pull, Refusal> =>
        pull.state === "OPEN" ? Effect.fail(refusal) : Effect.succeed(pull)
      )
    )
  )
  return yield* showPullRequest(context, at, yield* settle(closed, at))
})

export const reopenPullRequest = Effect.fn("bitbucketServer.reopen")(function* (
  context: BitbucketServerContext,
  at: PullRequestAt
): Effect.fn.Return<HostPullRequest, CodeHostError> {
  const explanation = `pull request ${at.externalId} is merged`
  const merged = new RejectedByHost({ ...whereOf(at.repository), explanation })
  const opened = changeNewest(context, at, (pull): Effect.Effect<Pull, Refusal> | undefined => {
    if (pull.state === "OPEN") return undefined
    return pull.state === "MERGED" ? Effect.fail(merged) : move(context, at, "reopen", pull)
  })
  return yield* showPullRequest(context, at, yield* settle(opened, at))
})
