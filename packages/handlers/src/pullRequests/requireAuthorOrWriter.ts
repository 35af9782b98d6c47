import { type ActorId, requireRole } from "../access/requireRole.ts"
import type { PullRequest } from "./findPullRequest.ts"

/** Passes for whoever opened the pull request and may still read the repository, and for whoever may write to it. */
export const requireAuthorOrWriter = (actorId: ActorId, pull: PullRequest) =>
  requireRole(actorId, repositoryOf(pull), actorId !== undefined && actorId === pull.authorId ? "read" : "write")

/** What a role is held in. */
export const repositoryOf = (pull: PullRequest) => ({ id: pull.repositoryId, name: pull.repositoryName })
