import type { MergePullRequest } from "@drover/code-hosts"
import { Effect } from "effect"
import type { ActorId } from "../../../access/requireRole.ts"
import { mergePullRequest } from "../../../merging/mergePullRequest.ts"

/** Merges; one that was merged meanwhile is merged. */
export const mergeOnForge = (
  pullRequestId: number,
  { expectedHead, message, method, title }: MergePullRequest,
  actorId: ActorId
) =>
  mergePullRequest({ pullRequestId, method, expectedHead, title, body: message, actorId }).pipe(
    Effect.asVoid,
    Effect.catchTag("PullRequestNotMergeable", (obstacle) =>
      obstacle.reason === "merged" ? Effect.void : Effect.fail(obstacle)
    )
  )
