import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import type { PullRequest } from "../pullRequests/findPullRequest.ts"
import { pullRequestBody } from "./bodies.ts"
import type { ForgeEvent } from "./ForgeEvent.ts"
import { recordEvent } from "./recordEvent.ts"

/** Tells what happened to a pull request, with the pull request as it is now. The caller has a transaction open. */
export const recordPullRequestEvent = Effect.fnUntraced(function* (
  pull: PullRequest,
  told: ForgeEvent & { readonly actorId?: ActorId; readonly body?: Readonly<Record<string, unknown>> }
) {
  const { body = {}, ...event } = told
  return yield* recordEvent({
    ...event,
    repositoryId: pull.repositoryId,
    pullRequestId: pull.id,
    body: { number: pull.number, ...body, pull_request: yield* pullRequestBody(pull) }
  })
})
