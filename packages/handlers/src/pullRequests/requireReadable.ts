import { Effect } from "effect"
import { repositoryOf } from "../access/repositoryOf.ts"
import { type ActorId, requireRole } from "../access/requireRole.ts"
import { requirePullRequest } from "./findPullRequest.ts"

/** Gives the pull request, for an actor who may read its repository. Served by the primary keys. */
export const requireReadable = Effect.fnUntraced(function* (pullRequestId: number, actorId: ActorId) {
  const pull = yield* requirePullRequest(pullRequestId)
  yield* requireRole(actorId, repositoryOf(pull), "read")
  return pull
})
