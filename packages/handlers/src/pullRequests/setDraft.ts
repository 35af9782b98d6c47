/**
 * Makes a pull request a draft, or ready for review.
 */
import { Database } from "@drover/core"
import { Effect } from "effect"
import type { ActorId } from "../access/requireRole.ts"
import { recordPullRequestEvent } from "../events/recordPullRequestEvent.ts"
import { changeAndRecompute } from "./changeAndRecompute.ts"
import { holdPullRequest } from "./locks.ts"
import { requireAuthorOrWriter } from "./requireAuthorOrWriter.ts"
import { requireOpen } from "./requireOpen.ts"

/** @category options */
export interface SetDraft {
  readonly pullRequestId: number
  readonly draft: boolean
  /** The author, or somebody with the role `write`. */
  readonly actorId?: ActorId
}

/** What is one already stays as it is. @category operations */
export const setDraft = Effect.fn("PullRequests.setDraft")(function* ({ actorId, draft, pullRequestId }: SetDraft) {
  const { transaction } = yield* Database
  return yield* transaction(
    Effect.gen(function* () {
      const held = yield* holdPullRequest(pullRequestId)
      yield* requireAuthorOrWriter(actorId, held)
      const pull = yield* requireOpen(held)
      if (pull.draft === draft) return pull
      const changed = yield* changeAndRecompute(pull, { draft })
      const action = draft ? "converted_to_draft" : "ready_for_review"
      yield* recordPullRequestEvent(changed, { event: "pull_request", action, actorId })
      return changed
    })
  )
})
