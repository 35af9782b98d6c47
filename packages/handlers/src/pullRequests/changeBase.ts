import type { ActorId } from "../access/requireRole.ts"
import { updatePullRequest } from "./updatePullRequest.ts"

/** @category options */
export interface ChangeBase {
  readonly pullRequestId: number
  /** A branch name without `refs/heads/`. */
  readonly base: string
  /** The author, or somebody with the role `write`. */
  readonly actorId?: ActorId
}

/** `updatePullRequest` for the base alone. With the base that it has it stays as it is. @category operations */
export const changeBase = (options: ChangeBase) => updatePullRequest(options)
