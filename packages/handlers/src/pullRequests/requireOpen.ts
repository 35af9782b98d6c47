import { Effect } from "effect"
import { labelOf, type PullRequest } from "./findPullRequest.ts"
import { PullRequestNotOpen } from "./PullRequestError.ts"

export const requireOpen = (pull: PullRequest): Effect.Effect<PullRequest, PullRequestNotOpen> =>
  pull.state === "open"
    ? Effect.succeed(pull)
    : Effect.fail(new PullRequestNotOpen({ pullRequest: labelOf(pull), state: pull.state }))
